"""Sentences of citizens against the tiny city."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from geocode.confidence import calibrated
from geocode.geocoder import CityGeocoder
from geocode.shapes import answer_shape
from intake.model import Datum, GivenPoint, Precision
from intake.pack import Faults
from intake.ports import PlaceHints

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
QINGXIN, YANGGUANG, YAOQIONG = "350582001004", "350582001015", "350582102212"
DONGSHAN_CIZAO, DONGSHAN_CHIDIAN = "350582102216", "350582107211"


@pytest.fixture(scope="module")
def geocoder() -> CityGeocoder:
    return CityGeocoder.from_pack(TINY, Faults())


@pytest.mark.parametrize(
    ("text", "code12", "precision", "said"),
    [
        ("青阳街道青新社区门口井盖不见了，很危险。", QINGXIN, Precision.COMMUNITY, "青阳街道青新社区"),
        ("青新社区居委会旁边垃圾没人清", QINGXIN, Precision.COMMUNITY, "青新社区居委会"),
        ("青新村的路塌了", QINGXIN, Precision.COMMUNITY, "青新村"),
        ("磁灶瑶琼路面塌了", YAOQIONG, Precision.COMMUNITY, "磁灶瑶琼"),
        ("青阳阳光门口有垃圾", YANGGUANG, Precision.COMMUNITY, "青阳阳光"),
        ("瑶琼村西区一百七十一号(瑶琼小学大门口)", YAOQIONG, Precision.DOOR, "瑶琼村西区一百七十一号"),
        ("文竹路 11 号对面路灯不亮", QINGXIN, Precision.DOOR, "文竹路 11 号"),
        ("文竹路11-10号", QINGXIN, Precision.DOOR, "文竹路11-10号"),
        ("文竹路20号", QINGXIN, Precision.INTERPOLATED, "文竹路20号"),
        ("文竹路路灯不亮", YANGGUANG, Precision.ROAD, "文竹路"),
        ("青新社区世纪大道路灯不亮", QINGXIN, Precision.ROAD, "青新社区世纪大道"),
        ("青新菜市场污水横流", QINGXIN, Precision.LANDMARK, "青新菜市场"),
        ("磁灶镇东山村路灯坏了", DONGSHAN_CIZAO, Precision.COMMUNITY, "磁灶镇东山村"),
    ],
)
def test_a_sentence_is_placed(geocoder: CityGeocoder, text: str, code12: str, precision: Precision, said: str) -> None:
    answer = geocoder.locate(text)
    best = answer.candidates[0]
    assert (best.code12, best.precision, text[slice(*best.span)]) == (code12, precision, said)
    assert (best.confidence >= 0.7, answer.question) == (True, None)
    assert best.cell.startswith(code12)


def _said(raw: float) -> float:
    """The confidence that evidence of this strength has in an answer."""
    return round(calibrated(raw), 3)


def test_the_town_makes_a_community_surer_than_the_community_alone(geocoder: CityGeocoder) -> None:
    with_town = geocoder.locate("青阳街道青新社区门口井盖不见了").candidates[0]
    alone = geocoder.locate("青新社区门口的井盖丢了").candidates[0]
    short = geocoder.locate("青新那里井盖丢了").candidates[0]
    assert (with_town.confidence, alone.confidence, short.confidence) == tuple(map(_said, (0.95, 0.9, 0.75)))


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("", "请问在哪个街道、社区或哪条路附近？"),
        ("今天阳光很好，井盖不见了", "请问在哪个街道、社区或哪条路附近？"),
        ("晋江市的井盖不见了", "请问在哪个街道、社区或哪条路附近？"),
    ],
)
def test_a_text_without_a_place_asks_where(geocoder: CityGeocoder, text: str, question: str) -> None:
    answer = geocoder.locate(text)
    assert (answer.candidates, answer.question) == ((), question)


@pytest.mark.parametrize(
    ("text", "codes", "question"),
    [
        ("青阳街道有垃圾", ["350582001000"], "请问在青阳街道的哪个社区或哪条路附近？"),
        ("世纪大道路灯不亮", [YAOQIONG], "世纪大道较长，请问在几号附近，或者在哪个社区？"),
        ("青新小区楼下堆垃圾", [QINGXIN], "请问是不是在青阳街道青新社区？"),
        ("池店镇青新社区", [QINGXIN], "请问是不是在青阳街道青新社区？"),
        ("东山村的路灯", [DONGSHAN_CIZAO, DONGSHAN_CHIDIAN], "请问是磁灶镇东山村还是池店镇东山村？"),
        (
            "东山村206号对面",
            [DONGSHAN_CHIDIAN, DONGSHAN_CIZAO],
            "请问是池店镇东山村206号还是磁灶镇东山村？",
        ),
    ],
)
def test_what_does_not_decide_is_asked_back(geocoder: CityGeocoder, text: str, codes: list[str], question: str) -> None:
    answer = geocoder.locate(text)
    assert ([candidate.code12 for candidate in answer.candidates], answer.question) == (codes, question)
    assert all(candidate.confidence < 0.6 for candidate in answer.candidates)


def test_a_point_nearby_puts_the_nearer_place_of_one_name_first(geocoder: CityGeocoder) -> None:
    near = GivenPoint(118.5655, 24.7958, Datum.CGCS2000, 30.0)
    answer = geocoder.locate("东山村", PlaceHints(near=near))
    assert [candidate.code12 for candidate in answer.candidates] == [DONGSHAN_CHIDIAN, DONGSHAN_CIZAO]
    # The two villages touch in the tiny city: so small a difference must not decide.
    assert answer.question == "请问是池店镇东山村还是磁灶镇东山村？"


def test_a_relative_word_widens_the_accuracy(geocoder: CityGeocoder) -> None:
    at_door = geocoder.locate("文竹路11号").candidates[0]
    near_door = geocoder.locate("文竹路11号附近").candidates[0]
    assert (at_door.accuracy_metres, near_door.accuracy_metres) == (15.0, 165.0)


def test_the_place_with_a_relative_word_goes_before_a_place_only_mentioned(geocoder: CityGeocoder) -> None:
    answer = geocoder.locate("阳光社区有人说青新社区门口井盖没了")
    assert [candidate.code12 for candidate in answer.candidates] == [QINGXIN, YANGGUANG]
    assert answer.question is None


def test_a_weak_second_name_leaves_a_whole_name_sure(geocoder: CityGeocoder) -> None:
    answer = geocoder.locate("磁灶镇瑶琼村东山小学")
    assert (answer.candidates[0].code12, answer.question) == (YAOQIONG, None)
    assert answer.candidates[0].confidence >= 0.85


def test_a_short_name_at_the_head_of_a_longer_one_is_less_sure(geocoder: CityGeocoder) -> None:
    alone, longer = geocoder.locate("青新那里").candidates[0], geocoder.locate("青新大厦").candidates[0]
    in_town = geocoder.locate("青阳街道青新大厦").candidates[0]
    assert (alone.confidence, longer.confidence, in_town.confidence) == tuple(map(_said, (0.75, 0.5, 0.65)))


def test_an_unknown_number_is_said_to_be_unknown(geocoder: CityGeocoder) -> None:
    best = geocoder.locate("文竹路900号").candidates[0]
    assert (best.precision, best.accuracy_metres > 300) == (Precision.ROAD, True)
    assert "这个门牌号不在地址库中" in best.reasons


def test_the_steps_are_told_in_plain_words(geocoder: CityGeocoder) -> None:
    assert list(geocoder.explain("青阳街道青新社区门口").steps) == [
        "规整：青阳街道青新社区门口",
        "街道（镇）：青阳街道",
        "地名：青新社区(350582001004)，方位词“门口”",
        (
            "候选1：青阳街道青新社区 350582001004 community ±236.1米 置信度0.99（可定位）："
            "“青新社区”：完整社区（村）名；文中说到青阳街道；“门口”：范围放宽10米"
        ),
        "反问：不需要",
    ]


def test_the_json_has_the_fixed_keys(geocoder: CityGeocoder) -> None:
    shape = answer_shape(geocoder.locate("文竹路11号")).model_dump(mode="json")
    assert list(shape) == ["text", "candidates", "question"]
    keys = "name code12 lon lat datum precision accuracy_metres cell confidence span reasons grid"
    assert " ".join(shape["candidates"][0]) == keys
    assert shape["candidates"][0]["span"] == [0, 6]


def test_many_repeated_names_are_one_place(geocoder: CityGeocoder) -> None:
    answer = geocoder.locate("青新社区" * 25_000)
    assert [candidate.code12 for candidate in answer.candidates] == [QINGXIN]


def test_many_threads_get_the_same_answers_as_one(geocoder: CityGeocoder) -> None:
    texts = ["文竹路11号对面", "磁灶镇东山村", "青新社区世纪大道", "东山村206号"] * 50
    alone = [geocoder.locate(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(geocoder.locate, texts)) == alone
