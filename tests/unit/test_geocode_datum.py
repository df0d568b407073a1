"""Datums: known points, and there and back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geocode.datum import convert, many_to_cgcs2000, to_cgcs2000, wgs84_to_gcj02
from intake.model import Datum, GivenPoint

LONS = st.floats(73.0, 136.0)
LATS = st.floats(17.0, 54.0)
METRES_PER_DEGREE = 111_320.0


def _metres_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, one[1] - other[1]) * METRES_PER_DEGREE


def test_gcj02_is_about_564_metres_from_wgs84_in_jinjiang() -> None:
    shifted = wgs84_to_gcj02(118.55, 24.78)
    assert _metres_apart((118.55, 24.78), shifted) == pytest.approx(564, abs=6)


@given(LONS, LATS, st.sampled_from(list(Datum)), st.sampled_from(list(Datum)))
def test_there_and_back_is_the_same_point(lon: float, lat: float, source: Datum, target: Datum) -> None:
    back = convert(*convert(lon, lat, source, target), target, source)
    assert _metres_apart((lon, lat), back) < 1e-6


@pytest.mark.parametrize("datum", list(Datum))
@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
@example(lon=-180.0, lat=-90.0)
@example(lon=180.0, lat=90.0)
@example(lon=72.004, lat=0.8293)
def test_every_point_of_the_earth_converts_to_one_that_is_nearby(datum: Datum, lon: float, lat: float) -> None:
    moved = to_cgcs2000(GivenPoint(lon, lat, datum))
    assert math.hypot(moved.lon - lon, moved.lat - lat) < 0.05


def test_outside_china_gcj02_is_wgs84() -> None:
    assert convert(2.3522, 48.8566, Datum.GCJ02, Datum.WGS84) == (2.3522, 48.8566)


def test_cgcs2000_keeps_the_accuracy_and_wgs84_its_numbers() -> None:
    given_point = GivenPoint(118.55, 24.78, Datum.WGS84, 12.5)
    assert to_cgcs2000(given_point) == GivenPoint(118.55, 24.78, Datum.CGCS2000, 12.5)


def test_a_phone_point_is_moved_back_to_where_the_phone_was() -> None:
    moved = to_cgcs2000(GivenPoint(*wgs84_to_gcj02(118.55, 24.78), Datum.GCJ02))
    assert _metres_apart((moved.lon, moved.lat), (118.55, 24.78)) < 1e-6


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=20), st.sampled_from(list(Datum)))
def test_many_points_at_once_are_the_same_points(points: list[tuple[float, float]], source: Datum) -> None:
    array = np.array(points, dtype=float).reshape(-1, 2)
    expected = [convert(lon, lat, source, Datum.CGCS2000) for lon, lat in points]
    assert many_to_cgcs2000(array, source).tolist() == [pytest.approx(one, abs=1e-9) for one in expected]
