"""Words that citizens put between the parts of a place: any of a class does, not only those of a list of sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from geocode.geocoder import CityGeocoder
from intake.model import Precision
from intake.pack import Faults

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def geocoder() -> CityGeocoder:
    return CityGeocoder.from_pack(ROOT / "cities" / "jinjiang", Faults())


@pytest.mark.parametrize(
    "words",
    [
        "文竹路&泉安中路口",
        "文竹路拐泉安中路的口子",
        "文竹路走到泉安中路的那个路口",
        "文竹路和泉安中路接口处",
        "文竹路，泉安中路口",
        "文竹路上快到泉安中路的红绿灯",
        "文竹路从泉安中路拐进来的口子",
        "文竹路跟泉安中路碰头的地方",
        "文竹路以及泉安中路的交叉口",
        "文竹路（与泉安中路交叉口）",
    ],
)
def test_two_roads_that_meet_and_a_word_for_it_are_their_crossing(geocoder: CityGeocoder, words: str) -> None:
    best = geocoder.locate(f"{words}垃圾没人清").candidates[0]
    assert (best.name, best.precision) == ("青阳街道文竹路与泉安中路交叉口", Precision.CROSSING)


@pytest.mark.parametrize("words", ["文竹路垃圾没清，泉安中路也是", "不是文竹路而是泉安中路口", "文竹路11号，泉安中路"])
def test_two_roads_that_are_told_apart_are_no_crossing(geocoder: CityGeocoder, words: str) -> None:
    assert geocoder.locate(words).candidates[0].precision is not Precision.CROSSING


@pytest.mark.parametrize(
    "text",
    [
        "砌坑村，111号，南区，污水管爆裂",
        "111号（南区），砌坑村，内坑镇",
        "砌坑村里面的南区111号，内坑镇那个",
        "砌坑村（南区111号）污水管爆裂",
        "污水管爆裂，南区的111号，砌坑村的",
        "内坑镇111号南区砌坑村",
        "砌坑村，门牌号是111号，在南区，污水管爆裂",
    ],
)
def test_section_and_number_stand_in_any_order_and_behind_any_stop(geocoder: CityGeocoder, text: str) -> None:
    best = geocoder.locate(text).candidates[0]
    assert (best.name, best.code12) == ("内坑镇砌坑村南区111号", "350582109214")


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("正北80米", (0, 80)),
        ("往北边走八十米左右", (0, 80)),
        ("再往北走个80米", (0, 80)),
        ("北向80米", (0, 80)),
        ("往西边80来米", (-80, 0)),
    ],
)
def test_metres_in_a_direction_move_the_point_however_they_are_said(
    geocoder: CityGeocoder, words: str, way: tuple[int, int]
) -> None:
    start = geocoder.locate("阳光小学").candidates[0]
    moved = geocoder.locate(f"阳光小学{words}").candidates[0]
    east, north = (moved.lon - start.lon) * 101_000, (moved.lat - start.lat) * 110_800
    assert (round(east / 10), round(north / 10)) == (way[0] / 10, way[1] / 10)


def test_the_middle_of_two_landmarks_is_between_them_in_other_words_too(geocoder: CityGeocoder) -> None:
    said = [geocoder.locate(f"陈埭中心小学与四境公园{word}").candidates[0] for word in ("之间", "当中", "正中间")]
    assert {(one.lon, one.lat) for one in said} == {(said[0].lon, said[0].lat)}
    assert "与" in said[0].name


@pytest.mark.parametrize(
    "text",
    [
        "我租房在{home}，平时到{place}上班，那边路灯不亮",
        "我{home}的，昨天去{place}吃饭，看见路灯不亮",
        "{place}这儿路灯不亮，我是{home}过来送货的",
        "我在{home}租房子，{place}路灯不亮",
        "我爸妈在{home}，我在{place}，路灯不亮",
        "我单位{home}，中午路过{place}，路灯不亮",
        "之前投诉的是{home}，这回是{place}，路灯不亮",
        "去{home}的路上，{place}路灯不亮",
        "{home}没有，{place}才有，路灯不亮",
        "市民（{home}）来电，{place}路灯不亮",
        "{place}路灯不亮，跟{home}没关系",
        "反映人是{home}的商户，{place}路灯不亮",
    ],
)
def test_where_somebody_lives_or_comes_from_is_not_the_place_of_the_problem(geocoder: CityGeocoder, text: str) -> None:
    for home, place in (("庄头村", "龙玉村"), ("龙玉村", "庄头村")):
        assert geocoder.locate(text.format(home=home, place=place)).candidates[0].name.endswith(place)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("地址东村西区261-3号", "内坑镇东村西区261-3号", "东村西区261-3号"),
        ("地址新路100号", "龙湖镇新路100号", "新路100号"),
        ("今年开始霞村垃圾没人清", "陈埭镇霞村", "霞村"),
        ("安海曾埭北区141号", "安海镇曾埭村北区141号", "安海曾埭北区141号"),
    ],
)
def test_a_name_as_it_is_written_wins_over_one_heard_across_the_border_of_a_word(
    geocoder: CityGeocoder, text: str, name: str, said: str
) -> None:
    best = geocoder.locate(text).candidates[0]
    assert (best.name, text[slice(*best.span)]) == (name, said)


def test_no_road_is_guessed_in_a_street_lamp(geocoder: CityGeocoder) -> None:
    assert geocoder.locate("新街路灯不亮").candidates == ()
    assert geocoder.locate("新街路100号").candidates != ()


def test_a_longer_name_is_still_heard_where_no_word_is_cut(geocoder: CityGeocoder) -> None:
    assert geocoder.locate("烫东村的井盖不见了").candidates[0].name == "金井镇塘东村"


def test_of_landmarks_behind_one_another_the_last_is_meant(geocoder: CityGeocoder) -> None:
    best = geocoder.locate("福建省晋江市安海镇清机路宝龙小区宝龙豪苑").candidates[0]
    assert best.name == "安海镇宝龙豪苑"
