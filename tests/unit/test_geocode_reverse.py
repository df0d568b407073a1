"""Points to words, communities and cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from geocode.cells import CellGrid
from geocode.datum import convert
from geocode.geocoder import CityGeocoder
from geocode.pack import Cell, read_pack
from geocode.projection import Projection, UnknownProjection
from intake.model import Datum, GivenPoint
from intake.pack import Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"


@pytest.fixture(scope="module")
def geocoder() -> CityGeocoder:
    return CityGeocoder.from_pack(TINY, Faults())


def _point(east: float, north: float, datum: Datum = Datum.CGCS2000) -> GivenPoint:
    lon, lat = Projection("EPSG:4549").degrees(353_000 + east, 2_744_000 + north)
    return GivenPoint(*convert(lon, lat, Datum.CGCS2000, datum), datum)


@pytest.mark.parametrize("datum", list(Datum))
def test_a_point_is_named_by_the_nearest_door_with_bearing_and_distance(geocoder: CityGeocoder, datum: Datum) -> None:
    found = geocoder.reverse(_point(249, 168, datum))
    assert found is not None
    assert (found.name, found.cell) == ("青阳街道文竹路11-10号东北方向9.43米", "350582001004011")


def test_a_point_on_a_door_is_the_door(geocoder: CityGeocoder) -> None:
    found = geocoder.reverse(_point(820 + 55, 200))
    assert found is not None
    assert found.name == "磁灶镇瑶琼村西区171号"


def test_outside_the_outline_there_is_no_address(geocoder: CityGeocoder) -> None:
    assert geocoder.reverse(_point(-49, 200)) is not None
    assert geocoder.reverse(_point(-60, 200)) is None


def test_the_cell_that_contains_a_point_is_found_and_else_the_nearest_of_the_community() -> None:
    tables = read_pack(TINY, Faults())
    assert tables is not None
    grid = CellGrid(tables.cells)
    assert grid.cell_at(353_150, 2_744_350, "350582001004") == "350582001004005"
    assert grid.cell_at(353_450, 2_744_350, "350582001004") == "350582001004013"
    assert grid.cell_at(353_450, 2_744_350, "") == "350582001015001"
    assert not grid.cell_at(300_000, 2_000_000, "350582999999")


def test_a_grid_without_cells_has_no_cell_anywhere() -> None:
    no_cells: list[Cell] = []
    assert not CellGrid(no_cells).cell_at(1.0, 2.0, "350582001004")


@pytest.mark.parametrize("spelling", ["EPSG:4326", "EPSG:99999999", "nonsense", ""])
def test_a_projection_that_is_none_is_refused(spelling: str) -> None:
    with pytest.raises(UnknownProjection):
        Projection(spelling)


def test_a_proj_string_does_as_well_as_a_code() -> None:
    by_string = Projection("+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs")
    assert by_string.metres(118.55, 24.8) == pytest.approx(Projection("EPSG:4549").metres(118.55, 24.8), abs=1e-3)
    assert by_string.degrees(*by_string.metres(118.55, 24.8)) == pytest.approx((118.55, 24.8), abs=1e-9)
