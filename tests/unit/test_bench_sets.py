"""The made sets: the same for everybody, their truth holds, and the judge says what is so."""

from __future__ import annotations

import pytest
import shapely

from bench.accuracy.city_names import CityNames, Door, Named
from bench.accuracy.figures import calibration, set_figures
from bench.accuracy.ground import WAYS, metres_between, moved, to_metres
from bench.accuracy.item import Item, Spot, SpotKind, Wanted
from bench.accuracy.judge import Judge, Judged
from bench.accuracy.make import CITY, HELD_OUT, SECOND, SETS, make_set
from bench.accuracy.slips import NearNames
from bench.accuracy.sounds import Sounds, join, split, toneless
from bench.accuracy.wording import Drawing, spoken_number
from intake.model import PlaceAnswer, PlaceCandidate, Precision

_FEW = 40


@pytest.fixture(scope="module")
def names() -> CityNames:
    return CityNames(CITY)


@pytest.fixture(scope="module")
def read_again() -> CityNames:
    return CityNames(CITY)


@pytest.fixture(scope="module")
def sounds() -> Sounds:
    return Sounds()


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_the_same_each_time_and_no_text_comes_twice(
    names: CityNames, read_again: CityNames, name: str
) -> None:
    items = make_set(name, names, _FEW)
    assert items == make_set(name, read_again, _FEW)
    assert len({item.text for item in items}) == _FEW
    assert not any("{" in item.text or "\x00" in item.text for item in items)


@pytest.mark.parametrize("wordings", [SECOND, HELD_OUT])
@pytest.mark.parametrize("name", SETS)
def test_other_collections_hold_the_same_sets_in_other_texts(names: CityNames, name: str, wordings: str) -> None:
    first, other = make_set(name, names, _FEW), make_set(name, names, _FEW, wordings)
    assert {item.wanted for item in other} == {item.wanted for item in first}
    assert len({item.text for item in first} & {item.text for item in other}) < _FEW / 4


def test_a_name_alone_stands_in_its_text_and_in_no_other_towns(names: CityNames) -> None:
    drawing = Drawing.of(names, "check")
    for item in make_set("exact", names, _FEW):
        (spot,) = item.spots
        if spot.kind is SpotKind.COMMUNITY:
            spelled = next(one for one in names.communities if one.code12 == spot.code12)
            assert any(item.text.endswith(spelling) for spelling in spelled.spellings)
            others = [one for one in names.by_spelling[spelled.name] if one.id != spelled.id]
            assert not others or drawing.town_of(spelled) in item.text


def test_a_typo_is_one_slip_from_its_name_and_from_no_other_place_that_may_be_meant(names: CityNames) -> None:
    near = NearNames(names)
    towns = {named.name: named.code12 for named in names.towns.values()}
    for item in make_set("typo", names, _FEW):
        (spot,) = item.spots
        inside = [item.text[low:high] for low in range(len(item.text)) for high in range(low + 3, len(item.text) + 1)]
        slipped = [words for words in inside if any(one.name == spot.name for one in near.rivals(words, _NOBODY))]
        assert slipped
        if not any(town in item.text for town in towns):
            whole = [one for one in names.everything() if one.name == spot.name]
            assert any(not near.rivals(words, whole[0]) for words in slipped)


def test_two_homophones_keep_every_syllable(names: CityNames, sounds: Sounds) -> None:
    for item in make_set("homophones", names, _FEW):
        written = [item.text[at : at + len(item.note)] for at in range(len(item.text) - len(item.note) + 1)]
        alike = [words for words in written if sounds.syllables(words) == sounds.syllables(item.note)]
        assert [sum(one != other for one, other in zip(words, item.note, strict=True)) for words in alike] == [2]


def test_an_accent_merges_to_what_was_said(names: CityNames, sounds: Sounds) -> None:
    for item in make_set("accent", names, _FEW):
        written = [item.text[at : at + len(item.note)] for at in range(len(item.text) - len(item.note) + 1)]
        assert sum(sounds.merged(words) == sounds.merged(item.note) for words in written) == 1


def test_a_crossing_lies_on_both_of_its_roads(names: CityNames) -> None:
    for crossing in names.crossings:
        for lon, lat in crossing.points:
            here = shapely.Point(*to_metres(lon, lat))
            roads = (names.courses[crossing.one.id], names.courses[crossing.other.id])
            assert max(shapely.distance(road, here) for road in roads) < 12.0


def test_an_ambiguous_name_has_all_its_places_and_a_town_that_decides_leaves_one(names: CityNames) -> None:
    items = make_set("ambiguous", names, 200)
    open_ones = [item for item in items if item.wanted is Wanted.ALL_AND_ASKED]
    assert {len(item.spots) for item in open_ones} >= {2, 3}
    assert {len(item.spots) for item in items if item.wanted is Wanted.FIRST} == {1}
    thirteen = {"东山村", "后林村", "梧埭村", "坝头村", "新店村", "坑边村", "宅内村", "湖头村", "后坑村", "坑尾村"}
    assert {item.note for item in open_ones} & thirteen


@pytest.mark.parametrize(
    ("reading", "parts"),
    [("lǜ", ("l", "v")), ("jué", ("j", "ve")), ("wèi", ("", "ui")), ("shuǐ", ("sh", "ui")), ("yuán", ("", "van"))],
)
def test_a_reading_comes_apart_and_together_again(reading: str, parts: tuple[str, str]) -> None:
    syllable = toneless(reading)
    assert split(syllable) == parts
    assert join(*parts) == syllable


def test_sounds_that_southerners_merge_are_near_and_others_are_not(sounds: Sounds) -> None:
    near = dict(sounds.near("chi", "accent"))
    assert near == {"ci": 10}
    assert "hu" in dict(sounds.near("fu", "accent"))
    assert sounds.distance(("chi", "dian"), ("ci", "dian")) == 0.5
    assert sounds.distance(("chi", "dian"), ("ma", "dian")) == 1.0


@pytest.mark.parametrize(
    ("value", "words"), [(7, "七"), (12, "十二"), (30, "三十"), (171, "一百七十一"), (305, "三百零五")]
)
def test_numbers_are_spoken_as_people_say_them(value: int, words: str) -> None:
    assert spoken_number(value) == words


@pytest.mark.parametrize("way", WAYS)
def test_a_move_goes_as_far_as_it_says(way: str) -> None:
    start = (118.55, 24.8)
    assert metres_between(start, moved(*start, way, 250.0)) == pytest.approx(250.0, abs=0.01)


def test_the_judge_asks_for_the_place_and_for_a_question_where_one_is_due(names: CityNames) -> None:
    judge = Judge(names.courses)
    one, other = (spot.spot for spot in names.by_spelling["梧埭村"])
    open_item = Item("梧埭村路灯不亮", (one, other), Wanted.ALL_AND_ASKED)
    both = (_candidate(one, 0.45), _candidate(other, 0.45))
    assert judge.judge(open_item, PlaceAnswer("", both, "哪一个？")).right
    assert not judge.judge(open_item, PlaceAnswer("", both)).right
    assert not judge.judge(open_item, PlaceAnswer("", both[:1], "哪一个？")).right
    heard = Item("无代村", (other,), Wanted.FIRST_OR_ASKED)
    assert judge.judge(heard, PlaceAnswer("", both, "哪一个？")).right
    assert not judge.judge(heard, PlaceAnswer("", both)).right


def test_a_road_is_right_anywhere_on_its_course_and_wrong_beside_it(names: CityNames) -> None:
    judge = Judge(names.courses)
    road = next(named for named in names.roads.values() if named.name == "世纪大道")
    item = Item("世纪大道", (road.spot,))
    end = names.courses[road.id].coords[0]
    on_it = Spot(SpotKind.ROAD, road.name, road.code12, end[0] / to_metres(1, 1)[0], end[1] / to_metres(1, 1)[1])
    beside = moved(on_it.lon, on_it.lat, "东", 60.0)
    assert judge.judge(item, PlaceAnswer("", (_candidate(on_it, 0.9),))).right
    off = Spot(SpotKind.ROAD, road.name, road.code12, *beside)
    assert not judge.judge(item, PlaceAnswer("", (_candidate(off, 0.9),))).right
    unnamed = Spot(SpotKind.ROAD, "世纪小道", road.code12, on_it.lon, on_it.lat)
    assert not judge.judge(item, PlaceAnswer("", (_candidate(unnamed, 0.9),))).right


def test_a_far_address_is_right_only_when_nothing_is_sure(names: CityNames) -> None:
    judge = Judge(names.courses)
    item = Item("厦门市中山路", (), Wanted.NOTHING_SURE)
    spot = names.communities[0].spot
    assert judge.judge(item, PlaceAnswer("", ())).right
    assert judge.judge(item, PlaceAnswer("", (_candidate(spot, 0.59),))).right
    assert not judge.judge(item, PlaceAnswer("", (_candidate(spot, 0.6),))).right


def test_calibration_holds_confidence_against_the_share_that_was_right() -> None:
    judged = [_judged(0.95, 1.0)] * 3 + [_judged(0.95, 0.0)] + [_judged(0.45, 0.5)] * 4
    assert calibration(judged) == {
        "expected_error": pytest.approx(0.5 * 0.2 + 0.5 * 0.05),
        "bins": {
            "0.4-0.5": {"answers": 4, "confidence": 0.45, "right": 0.5},
            "0.9-1.0": {"answers": 4, "confidence": 0.95, "right": 0.75},
        },
    }


def test_what_would_be_filed_at_a_wrong_place_is_counted() -> None:
    figures = set_figures("exact", [_judged(0.95, 1.0), _judged(0.95, 0.0), _judged(0.5, 0.0), _judged(None, 0.0)])
    assert (figures["right"], figures["sure_and_wrong"]) == (0.25, 0.25)


def test_drawings_of_different_sets_do_not_disturb_each_other(names: CityNames) -> None:
    one, again = Drawing.of(names, "exact "), Drawing.of(names, "exact ")
    Drawing.of(names, "typo ").rng.random()
    assert [one.rng.random() for _ in range(3)] == [again.rng.random() for _ in range(3)]


def test_doors_belong_to_villages_and_roads_that_are_known(names: CityNames) -> None:
    owners = {door.owner.id for door in names.doors}
    assert owners <= {named.id for named in (*names.communities, *names.roads.values())}
    door: Door = names.doors_of(names.communities[0])[0]
    assert door.owner == names.communities[0]


_NOBODY = Named("", SpotKind.LANDMARK, "", (), "", "", 0.0, 0.0)


def _candidate(spot: Spot, confidence: float) -> PlaceCandidate:
    return PlaceCandidate(spot.name, spot.code12, spot.lon, spot.lat, Precision.ROAD, 10.0, "", confidence, (0, 0))


def _judged(confidence: float | None, chance: float) -> Judged:
    item = Item("", (Spot(SpotKind.POINT, "", "", 0.0, 0.0),))
    right = chance == 1.0
    return Judged(item, right, right, right, False, confidence, chance, "")
