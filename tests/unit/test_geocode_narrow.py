"""Which of several places of one name is meant."""

from __future__ import annotations

from geocode.gazetteer import Form, Kind, Place
from geocode.narrow import Surroundings, narrow
from geocode.reading import Reading
from geocode.tail import Tail


def _village(code12: str, east: float) -> Reading:
    place = Place(code12, Kind.COMMUNITY, "东山村", code12, frozenset((code12,)), 118.5, 24.8, east, 0.0, 300.0)
    return Reading(place, Form.FULL, 0, 3, Tail(3), 0.9, ("“东山村”：完整社区（村）名",))


CIZAO, CHIDIAN = _village("350582102216", 0.0), _village("350582107211", 10_000.0)


def _codes(readings: tuple[Reading, ...]) -> list[tuple[str, float]]:
    return [(reading.place.id, reading.confidence) for reading in readings]


def test_nothing_known_leaves_all_unsure() -> None:
    assert _codes(narrow([CIZAO, CHIDIAN], Surroundings())) == [("350582102216", 0.45), ("350582107211", 0.45)]


def test_a_point_decides_when_only_one_of_them_is_near() -> None:
    assert _codes(narrow([CIZAO, CHIDIAN], Surroundings(near=(9_500.0, 100.0)))) == [("350582107211", 0.85)]


def test_a_vague_point_does_not_decide() -> None:
    around = Surroundings(near=(6_000.0, 0.0), near_metres=20_000.0)
    assert [code for code, _ in _codes(narrow([CIZAO, CHIDIAN], around))] == ["350582107211", "350582102216"]
    assert max(confidence for _, confidence in _codes(narrow([CIZAO, CHIDIAN], around))) < 0.6


def test_a_known_division_decides_and_an_unknown_one_changes_nothing() -> None:
    assert _codes(narrow([CIZAO, CHIDIAN], Surroundings(prefixes=("350582102",)))) == [("350582102216", 0.9)]
    unsure = narrow([CIZAO, CHIDIAN], Surroundings())
    assert narrow([CIZAO, CHIDIAN], Surroundings(prefixes=("350582999",))) == unsure


def test_a_town_that_does_not_hold_the_place_makes_it_unsure() -> None:
    town = Place("350582001000", Kind.TOWN, "青阳街道", "350582001000", frozenset(), 118.5, 24.8, 0.0, 0.0, 3_000.0)
    (reading,) = narrow([CIZAO], Surroundings(towns=(town,)))
    assert (reading.confidence, reading.reasons[-1]) == (0.5, "不在文中说到的青阳街道")
