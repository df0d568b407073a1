"""Crossings in every wording, what lies between two places, and points moved by so many metres."""

from __future__ import annotations

from pathlib import Path

import pytest

from geocode.geocoder import CityGeocoder
from intake.model import PlaceCandidate, Precision
from intake.pack import Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
CROSSING = (118.5493028, 24.7952256)


@pytest.fixture(scope="module")
def geocoder() -> CityGeocoder:
    return CityGeocoder.from_pack(TINY, Faults())


def _metres_from(found: PlaceCandidate, lon: float, lat: float) -> tuple[int, int]:
    """East and north of a point, in tens of metres."""
    return round((found.lon - lon) * 101_000 / 10), round((found.lat - lat) * 110_800 / 10)


@pytest.mark.parametrize(
    "words",
    [
        "文竹路与泉安中路交叉口",
        "文竹路和泉安中路的十字路口",
        "文竹路、泉安中路交汇处",
        "文竹路泉安中路口",
        "文竹路泉安中路",
        "文竹泉安中路口",
        "文竹与泉安中路交叉口",
        "泉安中文竹路路口",
        "文竹路与泉安中路路口",
        "泉安中路和文竹路丁字路口",
        "文竹路跟泉安中路那个红绿灯",
        "文竹路与泉安中路转角",
        "文竹路和泉安中路拐角处",
        "文竹路与泉安中路相交处",
        "文竹路（泉安中路路口）",
        "文竹路（近泉安中路）",
        "文竹路靠近泉安中路",
        "文竹路转泉安中路的路口",
        "文竹路口与泉安中路交界",
    ],
)
def test_a_crossing_is_found_in_any_wording(geocoder: CityGeocoder, words: str) -> None:
    text = f"你好，{words}井盖没了"
    answer = geocoder.locate(text)
    best = answer.candidates[0]
    assert (best.precision, best.accuracy_metres, answer.question) == (Precision.CROSSING, 25.0, None)
    assert _metres_from(best, *CROSSING) == (0, 0)
    assert set("文竹泉安中路") <= set(text[slice(*best.span)])


def test_a_door_said_with_a_crossing_wins_when_it_is_known(geocoder: CityGeocoder) -> None:
    known, unknown = geocoder.locate("泉安中路文竹路11号"), geocoder.locate("泉安中路文竹路900号")
    assert known.candidates[0].precision is Precision.DOOR
    assert unknown.candidates[0].precision is Precision.CROSSING


def test_roads_that_do_not_cross_are_said_not_to(geocoder: CityGeocoder) -> None:
    answer = geocoder.locate("文竹路与世纪大道交叉口积水")
    best = answer.candidates[0]
    assert best.reasons[0] == "文竹路与世纪大道的交叉口"
    assert any(reason.startswith("文竹路与世纪大道不相交，最近处相距") for reason in best.reasons)


@pytest.mark.parametrize("text", ["文竹路11号和泉安中路都积水", "文竹路，泉安中路"])
def test_two_roads_without_a_word_for_it_are_no_sure_crossing(geocoder: CityGeocoder, text: str) -> None:
    best = geocoder.locate(text).candidates[0]
    assert best.precision is not Precision.CROSSING


@pytest.mark.parametrize(
    ("words", "moved", "wider"),
    [
        ("往北五十米", (0, 5), 15.0),
        ("往东100米处", (10, 0), 30.0),
        ("向南约200米", (0, -20), 60.0),
        ("西侧30米", (-3, 0), 9.0),
        ("东北方向一百米", (7, 7), 30.0),
        ("以北1公里", (0, 100), 300.0),
        ("往前50米", (0, 0), 50.0),
        ("北侧", (0, 0), 30.0),
        ("对面", (0, 0), 30.0),
    ],
)
def test_a_place_moves_by_the_metres_said_or_is_widened(
    geocoder: CityGeocoder, words: str, moved: tuple[int, int], wider: float
) -> None:
    here = geocoder.locate("文竹路11号").candidates[0]
    there = geocoder.locate(f"文竹路11号{words}井盖没了").candidates[0]
    east, north = _metres_from(there, here.lon, here.lat)
    assert (abs(east - moved[0]) <= 1, abs(north - moved[1]) <= 1) == (True, True)
    assert there.accuracy_metres == pytest.approx(here.accuracy_metres + wider)


@pytest.mark.parametrize("text", ["青新社区和阳光社区之间", "青新社区与阳光社区中间", "青新社区到阳光社区的路上"])
def test_what_lies_between_two_places_is_their_middle(geocoder: CityGeocoder, text: str) -> None:
    one, other = geocoder.locate("青新社区").candidates[0], geocoder.locate("阳光社区").candidates[0]
    (between,) = geocoder.locate(text).candidates
    assert _metres_from(between, (one.lon + other.lon) / 2, (one.lat + other.lat) / 2) == (0, 0)
    assert between.accuracy_metres == pytest.approx(200, abs=2)


def test_a_road_between_two_others_is_the_middle_of_its_two_crossings(geocoder: CityGeocoder) -> None:
    said = [
        "泉安中路文竹路到世纪大道段积水",
        "泉安中路（文竹路至世纪大道）路段积水",
        "文竹路与世纪大道之间的泉安中路积水",
    ]
    answers = [geocoder.locate(text).candidates for text in said]
    assert [len(found) for found in answers] == [1, 1, 1]
    assert {_metres_from(found[0], 118.549290, 24.796128) for found in answers} == {(0, 0)}
    assert all(found[0].accuracy_metres == pytest.approx(100, abs=3) for found in answers)


def test_between_two_numbers_is_the_middle_and_a_row_of_doors_its_first(geocoder: CityGeocoder) -> None:
    first, last = geocoder.locate("文竹路11号").candidates[0], geocoder.locate("文竹路29号").candidates[0]
    between = geocoder.locate("文竹路11号到29号之间路灯不亮").candidates[0]
    row = geocoder.locate("文竹路11-13号").candidates[0]
    assert _metres_from(between, (first.lon + last.lon) / 2, (first.lat + last.lat) / 2) == (0, 0)
    assert (row.lon, row.lat, row.reasons[1]) == (first.lon, first.lat, "说到11号至13号，取第一个")


def test_a_part_of_a_road_is_where_it_says(geocoder: CityGeocoder) -> None:
    east, west = (geocoder.locate(f"世纪大道{side}段").candidates[0] for side in "东西")
    middle = geocoder.locate("世纪大道中段").candidates[0]
    assert west.lon < middle.lon < east.lon
    assert (east.name, east.accuracy_metres < 400) == ("池店镇世纪大道东段", True)
