"""The plane against the ellipsoid."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from case_api.store.plane import BUCKET_METRES, Plane, bucket

CENTRE_LATITUDE = 24.73
WGS84 = Geod(ellps="WGS84")
PLANE = Plane(CENTRE_LATITUDE)
lons = st.floats(118.4, 118.75)
lats = st.floats(24.48, 24.92)


@given(lons, lats, st.floats(0, 360), st.floats(1, 2000))
def test_distances_up_to_two_kilometres_are_true_to_half_a_percent(
    lon: float, lat: float, azimuth: float, distance_metres: float
) -> None:
    other_lon, other_lat, _ = WGS84.fwd(lon, lat, azimuth, distance_metres)
    x, y = PLANE.metres(lon, lat)
    other_x, other_y = PLANE.metres(other_lon, other_lat)
    rounding_metres = 1.5
    measured = math.hypot(other_x - x, other_y - y)
    assert measured == pytest.approx(distance_metres, rel=0.005, abs=rounding_metres)


@given(st.integers(-(10**8), 10**8))
def test_a_bucket_holds_its_own_200_metres(metres: int) -> None:
    assert bucket(metres) * BUCKET_METRES <= metres < (bucket(metres) + 1) * BUCKET_METRES


@given(lons, lats, st.floats(0, 360), st.floats(0, 400))
def test_what_is_near_lies_in_a_bucket_near(lon: float, lat: float, azimuth: float, distance_metres: float) -> None:
    other_lon, other_lat, _ = WGS84.fwd(lon, lat, azimuth, distance_metres)
    pairs = zip(PLANE.metres(lon, lat), PLANE.metres(other_lon, other_lat), strict=True)
    assert max(abs(bucket(a) - bucket(b)) for a, b in pairs) <= math.ceil((distance_metres * 1.005 + 2) / BUCKET_METRES)
