"""Which coordinates are refused."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from intake.channels.points import point_faults
from intake.model import Datum, GivenPoint

LON, LAT = st.floats(73, 136), st.floats(3, 54)


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_whatever_passes_is_on_earth(lon: float, lat: float) -> None:
    if not point_faults(GivenPoint(lon, lat, Datum.WGS84), "/point"):
        assert (abs(lon) <= 180, abs(lat) <= 90) == (True, True)


@given(LON, LAT)
def test_every_point_in_china_is_taken(lon: float, lat: float) -> None:
    assert point_faults(GivenPoint(lon, lat, Datum.GCJ02), "/point") == []


@given(st.floats(73, 136), st.floats(3, 54))
def test_every_point_in_china_is_recognised_when_swapped(lon: float, lat: float) -> None:
    faults = point_faults(GivenPoint(lat, lon, Datum.WGS84), "/point")
    assert [fault.pointer for fault in faults] == ["/point/lat"]
    assert faults[0].en.startswith("Longitude and latitude look swapped")
