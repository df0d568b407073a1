"""What every implementation of the port `Geocoder` holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geocode.geocoder import CityGeocoder
from intake.model import Datum, GivenPoint, PlaceCandidate, Precision
from intake.pack import Faults
from intake.ports import Geocoder, PlaceHints
from tests.fakes.geocoder import InMemoryGeocoder

TINY = Path(__file__).parent.parent / "data" / "tiny_city"


def _community(name: str, code12: str, lon: float) -> PlaceCandidate:
    return PlaceCandidate(
        name=name,
        code12=code12,
        lon=lon,
        lat=24.7957,
        precision=Precision.COMMUNITY,
        accuracy_metres=226.0,
        cell=f"{code12}010",
        confidence=0.9,
        span=(0, 0),
    )


@pytest.fixture(scope="module", params=["city", "memory"])
def geocoder(request: pytest.FixtureRequest) -> Geocoder:
    if request.param == "city":
        return CityGeocoder.from_pack(TINY, Faults())
    return InMemoryGeocoder(
        [
            _community("青新社区", "350582001004", 118.5483),
            _community("东山村", "350582102216", 118.5602),
            _community("东山村", "350582107211", 118.5641),
        ]
    )


def test_a_community_said_in_full_is_found_where_it_stands(geocoder: Geocoder) -> None:
    text = "你好，青新社区门口的井盖丢了"
    answer = geocoder.locate(text)
    assert [candidate.code12 for candidate in answer.candidates] == ["350582001004"]
    best = answer.candidates[0]
    assert (best.precision, text[slice(*best.span)], answer.question) == (Precision.COMMUNITY, "青新社区", None)
    assert best.cell.startswith("350582001004")
    assert best.confidence >= 0.85


def test_a_text_without_a_place_has_no_candidate_and_a_question(geocoder: Geocoder) -> None:
    answer = geocoder.locate("井盖不见了，很危险")
    assert (answer.candidates, answer.question) == ((), "请问在哪个街道、社区或哪条路附近？")


def test_places_of_one_name_are_all_offered_and_none_is_sure(geocoder: Geocoder) -> None:
    answer = geocoder.locate("东山村的路灯坏了")
    assert sorted(candidate.code12 for candidate in answer.candidates) == ["350582102216", "350582107211"]
    assert max(candidate.confidence for candidate in answer.candidates) < 0.6
    assert answer.question is not None


def test_a_known_division_decides_between_places_of_one_name(geocoder: Geocoder) -> None:
    answer = geocoder.locate("东山村的路灯坏了", PlaceHints(divisions=("350582107",)))
    assert [candidate.code12 for candidate in answer.candidates] == ["350582107211"]
    assert answer.candidates[0].confidence >= 0.6


def test_a_point_in_the_county_has_its_community_and_cell(geocoder: Geocoder) -> None:
    found = geocoder.reverse(GivenPoint(118.5483, 24.7957, Datum.CGCS2000, 25.0))
    assert found is not None
    assert (found.code12, found.cell[:12], found.accuracy_metres) == ("350582001004", "350582001004", 25.0)


@pytest.mark.parametrize(
    "point",
    [(24.7957, 118.5483), (116.4, 39.9), (0.0, 0.0), (float("nan"), 24.8), (118.5, float("inf")), (1e9, -1e9)],
)
def test_a_point_outside_the_county_has_no_address(geocoder: Geocoder, point: tuple[float, float]) -> None:
    assert geocoder.reverse(GivenPoint(*point, Datum.WGS84)) is None


@given(
    text=st.text(max_size=400)
    | st.lists(st.sampled_from("青新社区东山村号文竹路12-附西门口旁"), max_size=60).map("".join)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_answered_with_spans_inside_it(geocoder: Geocoder, text: str) -> None:
    answer = geocoder.locate(text)
    assert answer.text == text
    confidences = [candidate.confidence for candidate in answer.candidates]
    assert confidences == sorted(confidences, reverse=True)
    for candidate in answer.candidates:
        start, end = candidate.span
        assert 0 <= start < end <= len(text)
        assert 0.0 <= candidate.confidence <= 1.0
