"""Points to words, communities and cells."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geocode.cells import CellGrid, DrawnCell
from geocode.datum import convert
from geocode.geocoder import CityGeocoder
from geocode.meetings import meetings
from geocode.pack import Cell, PackTables, read_pack
from geocode.projection import Projection, UnknownProjection
from geocode.reverse import DOOR_LIMIT_METRES
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


def test_a_crossing_and_a_landmark_go_before_a_door_that_is_farther(geocoder: CityGeocoder) -> None:
    crossing = geocoder.reverse(_point(297, 148))
    assert crossing is not None
    assert crossing.name.startswith("青阳街道文竹路与泉安中路交叉口")
    school = next(row for _, row in _tables().places if row.id == "p001")
    found = geocoder.reverse(GivenPoint(school.lon, school.lat, Datum.CGCS2000))
    assert found is not None
    assert found.name == f"磁灶镇{school.name}"


@given(east=st.floats(0, 2000), north=st.floats(0, 400), datum=st.sampled_from(list(Datum)))
def test_what_is_nearest_is_named_with_its_distance_and_the_point_stays_where_it_is(
    geocoder: CityGeocoder, east: float, north: float, datum: Datum
) -> None:
    point = _point(east, north, datum)
    found = geocoder.reverse(point)
    assert found is not None
    exact = Projection("EPSG:4549").metres(found.lon, found.lat)
    assert exact == pytest.approx((353_000 + east, 2_744_000 + north), abs=0.02)
    doors = [math.dist(exact, Projection("EPSG:4549").metres(door.lon, door.lat)) for door in _tables().doors]
    told = re.search(r"方向(\d+\.\d\d)米$", found.name)
    metres = float(told[1]) if told else 0.0
    if min(doors) <= DOOR_LIMIT_METRES:
        assert metres <= min(doors) + 0.05
    assert found.code12 == found.cell[:12]


@cache
def _tables() -> PackTables:
    tables = read_pack(TINY, Faults())
    assert tables is not None
    return tables


def test_the_bearing_is_that_from_the_thing_to_the_point(geocoder: CityGeocoder) -> None:
    bearings = {}
    for name, east, north in (("东", 1.5, 0), ("西北", -2, 2), ("南", 0, -3), ("西南", -2, -2)):
        found = geocoder.reverse(_point(875 + east, 200 + north))
        assert found is not None
        bearings[name] = found.name.partition("171号")[2].partition("方向")[0]
    assert bearings == {name: name for name in bearings}


def test_a_drawn_cell_goes_before_a_square_and_its_grid_is_told() -> None:
    drawn = DrawnCell("350582001004901", "350582001004", shapely.box(353_000, 2_744_000, 353_150, 2_744_400))
    grid = CellGrid(_tables().cells, [drawn], {"350582001004901": "01", "350582001015001": "02"})
    assert grid.cell_at(353_100, 2_744_100, "350582001004") == "350582001004901"
    assert grid.cell_at(353_300, 2_744_100, "350582001004") == "350582001004901"
    assert grid.cell_at(353_100, 2_744_100, "") == "350582001004901"
    assert grid.cell_at(353_450, 2_744_350, "350582001015") == "350582001015001"
    assert [grid.grid_of(cell) for cell in ("350582001004901", "350582001015001", "350582001015002", "")] == [
        "01",
        "02",
        "",
        "",
    ]


def test_roads_meet_where_they_cross_and_where_they_end_short_of_each_other() -> None:
    lines = [
        shapely.LineString([(0, 0), (100, 0)]),
        shapely.LineString([(50, -50), (50, 50)]),
        shapely.LineString([(110, 0), (110, 80)]),
        shapely.LineString([(0, 40), (20, 40)]),
    ]
    assert [(one.first, one.second, one.east, one.north) for one in meetings(lines)] == [
        (0, 1, 50.0, 0.0),
        (0, 2, 105.0, 0.0),
    ]
    assert meetings([]) == []
