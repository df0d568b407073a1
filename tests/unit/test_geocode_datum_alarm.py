"""A point that was given in another datum than it says is found out."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geocode.areas import Areas
from geocode.datum import convert
from geocode.datum_alarm import DatumAlarm
from geocode.geocoder import CityGeocoder
from geocode.projection import Projection
from intake.model import Datum, GivenPoint, PlaceCandidate, Precision
from intake.pack import Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
# A county of 11 km from west to east and from south to north.
WEST, SOUTH, EAST, NORTH = 118.5, 24.7, 118.6, 24.8
ALARM = DatumAlarm(Areas(shapely.box(WEST, SOUTH, EAST, NORTH), []))
STATED = (Datum.WGS84, Datum.CGCS2000, Datum.GCJ02, Datum.BD09)


def given_as(lon: float, lat: float, true: Datum, stated: Datum, accuracy_metres: float | None = None) -> GivenPoint:
    """The numbers a device shows in its own datum, with the datum that somebody wrote beside them."""
    return GivenPoint(*convert(lon, lat, Datum.CGCS2000, true), stated, accuracy_metres)


def place(lon: float, lat: float, precision: Precision = Precision.DOOR, metres: float = 15.0) -> PlaceCandidate:
    return PlaceCandidate("文竹路11号", "350582001004", lon, lat, precision, metres, "", 0.97, (0, 5))


@pytest.mark.parametrize(
    ("true", "stated", "lon", "lat"),
    [
        (Datum.GCJ02, Datum.WGS84, EAST - 0.0002, 24.75),
        (Datum.GCJ02, Datum.CGCS2000, EAST - 0.0002, 24.75),
        (Datum.WGS84, Datum.GCJ02, WEST + 0.0002, 24.75),
        (Datum.WGS84, Datum.BD09, WEST + 0.0002, 24.75),
        (Datum.BD09, Datum.GCJ02, EAST - 0.0002, 24.75),
    ],
)
def test_a_point_outside_the_county_that_another_datum_puts_inside_is_suspected(
    true: Datum, stated: Datum, lon: float, lat: float
) -> None:
    suspected = ALARM.suspect(given_as(lon, lat, true, stated))
    assert suspected is not None
    assert suspected is not stated
    assert WEST <= convert(*convert(lon, lat, Datum.CGCS2000, true), suspected, Datum.CGCS2000)[0] <= EAST


def test_the_place_that_was_named_decides_between_two_datums() -> None:
    lon, lat = EAST - 0.0002, 24.75
    point = given_as(lon, lat, Datum.BD09, Datum.WGS84)
    assert ALARM.suspect(point, place(lon, lat)) is Datum.BD09


@pytest.mark.parametrize("stated", STATED)
@given(lon=st.floats(WEST, EAST), lat=st.floats(SOUTH, NORTH))
def test_a_point_inside_the_county_is_never_suspected_by_itself(stated: Datum, lon: float, lat: float) -> None:
    # A ten-thousandth of a metre of the way there and back must not put a corner outside.
    inside = (min(max(lon, WEST + 1e-6), EAST - 1e-6), min(max(lat, SOUTH + 1e-6), NORTH - 1e-6))
    assert ALARM.suspect(given_as(*inside, stated, stated)) is None


@given(lon=st.floats(), lat=st.floats(), stated=st.sampled_from(STATED), metres=st.floats())
def test_no_numbers_break_it_and_the_stated_datum_is_never_the_suspect(
    lon: float, lat: float, stated: Datum, metres: float
) -> None:
    assert ALARM.suspect(GivenPoint(lon, lat, stated, metres), place(118.55, 24.75)) is not stated


def test_a_point_just_outside_a_coarse_outline_or_far_away_is_not_suspected() -> None:
    assert ALARM.suspect(GivenPoint(EAST + 0.0005, 24.75, Datum.WGS84)) is None
    assert ALARM.suspect(GivenPoint(EAST + 0.5, 24.75, Datum.WGS84)) is None


@pytest.mark.parametrize("true", [Datum.GCJ02, Datum.BD09])
def test_a_point_off_the_named_place_that_another_datum_puts_on_it_is_suspected(true: Datum) -> None:
    lon, lat = 118.55, 24.75
    assert ALARM.suspect(given_as(lon, lat, true, Datum.WGS84), place(lon, lat)) is true
    assert ALARM.suspect(given_as(lon, lat, Datum.WGS84, Datum.WGS84), place(lon, lat)) is None
    assert ALARM.suspect(given_as(lon, lat, Datum.WGS84, true), place(lon, lat)) is Datum.WGS84


def test_vague_words_and_vague_points_raise_no_alarm() -> None:
    lon, lat = 118.55, 24.75
    point = given_as(lon, lat, Datum.GCJ02, Datum.WGS84)
    assert ALARM.suspect(point, place(lon, lat, Precision.COMMUNITY, 400.0)) is None
    assert ALARM.suspect(given_as(lon, lat, Datum.GCJ02, Datum.WGS84, 800.0), place(lon, lat)) is None
    assert ALARM.suspect(point, place(lon + 0.02, lat)) is None


def test_the_geocoder_of_a_city_has_the_alarm_and_the_local_plane() -> None:
    geocoder = CityGeocoder.from_pack(TINY, Faults())
    lon, lat = Projection("EPSG:4549").degrees(353_900, 2_744_100)
    east = given_as(lon + 0.0075, lat, Datum.GCJ02, Datum.WGS84)
    assert (geocoder.reverse(east) is None, geocoder.suspect_datum(east)) == (True, Datum.GCJ02)
    point = geocoder.local.given(353_900, 2_744_100)
    assert (point.lon, point.lat) == pytest.approx((lon, lat))
    assert point.datum is Datum.CGCS2000
    assert geocoder.local.of(given_as(lon, lat, Datum.BD09, Datum.BD09)) == pytest.approx((353_900, 2_744_100))
