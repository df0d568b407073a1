"""Which of several places of one name is meant."""

from __future__ import annotations

from geocode.drafts import Draft
from geocode.gazetteer import Form, Kind, Place
from geocode.narrow import Surroundings, narrow
from geocode.tail import Tail


def _village(code12: str, east: float) -> Draft:
    place = Place(code12, Kind.COMMUNITY, "东山村", code12, frozenset((code12,)), 118.5, 24.8, east, 0.0, 300.0)
    return Draft(place, Form.FULL, 0, 3, Tail(3), 0.9, ["“东山村”：完整社区（村）名"])


def _villages() -> list[Draft]:
    return [_village("350582102216", 0.0), _village("350582107211", 10_000.0)]


def _codes(around: Surroundings) -> list[tuple[str, float]]:
    return [(draft.place.id, draft.confidence) for draft in narrow(_villages(), around)]


def test_nothing_known_leaves_all_unsure() -> None:
    assert _codes(Surroundings()) == [("350582102216", 0.45), ("350582107211", 0.45)]


def test_a_point_decides_when_only_one_of_them_is_near() -> None:
    assert _codes(Surroundings(near=(9_500.0, 100.0))) == [("350582107211", 0.85)]


def test_a_vague_point_does_not_decide() -> None:
    found = _codes(Surroundings(near=(6_000.0, 0.0), near_metres=20_000.0))
    assert found == [("350582107211", 0.45), ("350582102216", 0.43)]


def test_what_a_camera_sees_is_the_place_beside_it_though_another_is_not_far() -> None:
    near = (8_900.0, 0.0)
    there = [_village("350582102216", 7_000.0), _village("350582107211", 9_000.0)]
    assert [draft.place.id for draft in narrow(there, Surroundings(near=near, is_seen=True))] == ["350582107211"]
    assert len(narrow(there, Surroundings(near=near))) == 2


def test_the_newest_place_spoken_of_before_decides_when_one_of_them_is_near_it() -> None:
    assert _codes(Surroundings(recent=((9_000.0, 0.0), (0.0, 0.0)))) == [("350582107211", 0.75)]


def test_places_spoken_of_far_from_all_of_them_put_the_nearer_first_and_decide_nothing() -> None:
    assert _codes(Surroundings(recent=((7_000.0, 0.0),))) == [("350582107211", 0.45), ("350582102216", 0.43)]


def test_a_known_division_decides_and_an_unknown_one_changes_nothing() -> None:
    assert _codes(Surroundings(prefixes=("350582102",))) == [("350582102216", 0.9)]
    assert _codes(Surroundings(prefixes=("350582999",))) == _codes(Surroundings())


def test_a_town_that_does_not_hold_the_place_makes_it_unsure() -> None:
    town = Place("350582001000", Kind.TOWN, "青阳街道", "350582001000", frozenset(), 118.5, 24.8, 0.0, 0.0, 3_000.0)
    (draft,) = narrow(_villages()[:1], Surroundings(towns=(town,)))
    assert (draft.confidence, draft.reasons[-1]) == (0.5, "不在文中说到的青阳街道")
