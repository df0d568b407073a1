"""The place of a report from its point: one in a doubtful datum goes to the desk with the place it probably means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from geocode.datum import convert
from geocode.geocoder import CityGeocoder
from geocode.projection import Projection
from intake.decide import Decider
from intake.model import AskOperator, Datum, GivenPoint, OpenCase, Understanding
from intake.pack import Faults
from intake.steps.locate import Placed, locate
from tests.fakes.samples import a_classification, a_guess, a_report

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
PLANE = Projection("EPSG:4549")
# The eastern end of the tiny county: GCJ-02 lies 564 m to the south-east of it, outside.
EASTERN = (1_900.0, 200.0)
NUMBER_11 = (240.0, 168.0)


@pytest.fixture(scope="module")
def geocoder() -> CityGeocoder:
    return CityGeocoder.from_pack(TINY, Faults())


def point(where: tuple[float, float], true: Datum, stated: Datum) -> GivenPoint:
    lon, lat = PLANE.degrees(353_000 + where[0], 2_744_000 + where[1])
    return GivenPoint(*convert(lon, lat, Datum.CGCS2000, true), stated)


def place(geocoder: CityGeocoder, text: str, given: GivenPoint) -> Placed:
    return locate(replace(a_report(), text=text, point=given), text, geocoder)


def decided(placed: Placed) -> object:
    report = a_report()
    understood = Understanding(
        report=report,
        text=report.text,
        fingerprint="f",
        location=placed.location,
        place_question=placed.question,
        classification=a_classification(a_guess()),
        trace=(placed.step,),
        outside_county=placed.outside_county,
    )
    return Decider()(understood, [])


def test_a_point_that_only_another_datum_puts_inside_is_asked_about_with_that_place(geocoder: CityGeocoder) -> None:
    placed = place(geocoder, "井盖不见了", point(EASTERN, Datum.GCJ02, Datum.WGS84))
    assert placed.outside_county
    assert placed.location is not None
    assert (placed.location.code12, placed.location.confidence) == ("350582107211", 0.5)
    doubt = "坐标可能是GCJ-02：按所写的WGS84落在本市范围之外"
    assert placed.question == f"{doubt}，按GCJ-02在{placed.location.address}，请核对地点。"
    assert placed.step.reasons[0] == doubt
    decision = decided(placed)
    assert isinstance(decision, AskOperator)
    assert decision.question == placed.question


def test_a_point_off_the_place_in_the_words_that_another_datum_puts_on_it_is_asked_about(
    geocoder: CityGeocoder,
) -> None:
    placed = place(geocoder, "青阳街道文竹路11号井盖不见了", point(NUMBER_11, Datum.WGS84, Datum.GCJ02))
    assert placed.question is not None
    assert placed.question.startswith("坐标可能是WGS84：按所写的GCJ-02")
    assert placed.location is not None
    assert placed.location.code12 == "350582001004"
    assert isinstance(decided(placed), AskOperator)


def test_a_point_in_its_stated_datum_is_filed(geocoder: CityGeocoder) -> None:
    for datum in Datum:
        placed = place(geocoder, "青阳街道文竹路11号井盖不见了", point(NUMBER_11, datum, datum))
        assert (placed.question, placed.outside_county, isinstance(decided(placed), OpenCase)) == (None, False, True)


def test_a_point_that_no_datum_puts_inside_is_flagged_without_a_guess(geocoder: CityGeocoder) -> None:
    placed = place(geocoder, "井盖不见了", point((90_000.0, 200.0), Datum.WGS84, Datum.WGS84))
    assert (placed.location, placed.outside_county, placed.question) == (
        None,
        True,
        "所给坐标不在本市范围内，请核对地点。",
    )


def test_an_ambiguous_name_says_nothing_against_a_point(geocoder: CityGeocoder) -> None:
    placed = place(geocoder, "东山村井盖不见了", point(NUMBER_11, Datum.WGS84, Datum.WGS84))
    assert placed.location is not None
    assert (placed.location.code12, placed.question) == ("350582001004", None)
