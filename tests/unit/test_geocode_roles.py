"""A home, a work place, a place denied or past is not the place of the problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from geocode.geocoder import CityGeocoder
from intake.model import Datum, GivenPoint, PlaceAnswer
from intake.pack import Faults
from intake.ports import PlaceHints

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
QINGXIN, YANGGUANG, YAOQIONG = "350582001004", "350582001015", "350582102212"


@pytest.fixture(scope="module")
def geocoder() -> CityGeocoder:
    return CityGeocoder.from_pack(TINY, Faults())


def _codes(answer: PlaceAnswer) -> list[str]:
    return [candidate.code12 for candidate in answer.candidates]


@pytest.mark.parametrize(
    "text",
    [
        "我住在阳光社区，青新社区的井盖没了",
        "家住阳光社区，每天经过青新社区，井盖没了",
        "我是阳光社区的居民，在青新社区看到井盖没了",
        "阳光社区居民反映青新社区井盖没了",
        "户籍地址：福建省泉州市晋江市青阳街道阳光社区，反映青新社区井盖没了",
        "青新社区井盖没了，我家住阳光社区",
        "我在阳光社区上班，下班路过青新社区，井盖没了",
        "刚从阳光社区过来，到青新社区就看到井盖没了",
        "不是阳光社区，是青新社区",
        "青新社区，不是阳光社区",
        "原来在阳光社区，现在在青新社区",
        "上次阳光社区的已经修好了，这次是青新社区",
        "我姓陈，阳光社区的，青新社区井盖没了",
        "我家在阳光社区，孩子在青新社区读书，那里井盖没了",
        "陈女士（住阳光社区）反映青新社区井盖没了",
        "户口在阳光社区，现在租在青新社区，楼下太吵",
        "阳光社区的王先生打电话说青新社区井盖没了",
        "工作单位：阳光社区；投诉地点：青新社区",
        "去年在阳光社区也有这样的事，今年轮到青新社区了",
        "青新社区井盖没了，别跑到阳光社区去了",
        "阳光社区那个坑修好了，青新社区的还没修",
        "离阳光社区不远的青新社区井盖没了",
    ],
)
def test_the_place_of_the_problem_comes_first_and_the_other_stays_beside_it(geocoder: CityGeocoder, text: str) -> None:
    answer = geocoder.locate(text)
    assert (_codes(answer), answer.question) == ([QINGXIN, YANGGUANG], None)
    assert answer.candidates[1].confidence < 0.6


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("我住阳光社区，楼下垃圾没人收", YANGGUANG),
        ("这里是不是阳光社区？井盖没了", YANGGUANG),
        ("堵住阳光社区门口的车没人管", YANGGUANG),
        ("我家在青阳街道，瑶琼村西区171号有垃圾", YAOQIONG),
        ("阳光社区旁边的青新菜市场污水横流", QINGXIN),
    ],
)
def test_what_only_looks_like_a_home_or_the_only_place_is_the_place(
    geocoder: CityGeocoder, text: str, first: str
) -> None:
    assert geocoder.locate(text).candidates[0].code12 == first


def test_a_town_said_with_one_place_is_not_the_town_of_another(geocoder: CityGeocoder) -> None:
    answer = geocoder.locate("青阳街道阳光社区有人说瑶琼村西区171号有垃圾")
    assert (_codes(answer), answer.question) == ([YAOQIONG, YANGGUANG], None)
    assert not any("不在文中说到的" in reason for reason in answer.candidates[0].reasons)


def test_a_place_only_denied_is_not_filed(geocoder: CityGeocoder) -> None:
    answer = geocoder.locate("不是青新社区，也不是阳光社区")
    assert (max(one.confidence for one in answer.candidates) < 0.6, answer.question is not None) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        "厦门市思明区阳光社区井盖没了",
        "石狮市青新社区",
        "石狮灵秀镇青新社区",
        "我在北京出差，阳光社区井盖没了",
        "地点是阳光社区，厦门市思明区",
        "南安市东山村路灯不亮",
        "灵秀镇青新社区",
    ],
)
def test_a_name_that_another_city_has_too_is_not_filed(geocoder: CityGeocoder, text: str) -> None:
    answer = geocoder.locate(text)
    assert answer.candidates
    assert (max(one.confidence for one in answer.candidates) < 0.6, answer.question is not None) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        "福建省泉州市晋江市青阳街道青新社区",
        "泉州晋江青新社区",
        "我在厦门市上班，晋江市青新社区井盖没了",
        "从厦门市回来，青阳街道青新社区井盖没了",
        "青新社区小区门口",
    ],
)
def test_its_own_province_and_city_and_another_one_in_passing_change_nothing(geocoder: CityGeocoder, text: str) -> None:
    answer = geocoder.locate(text)
    assert (_codes(answer)[0], answer.question) == (QINGXIN, None)


def test_the_place_of_one_name_nearest_to_the_last_one_of_the_sender_comes_first(geocoder: CityGeocoder) -> None:
    near = GivenPoint(118.5700, 24.7958, Datum.CGCS2000)
    assert _codes(geocoder.locate("东山村", PlaceHints(recent=(near,))))[0] == "350582107211"
