"""Names of other provinces, cities and counties in a text."""

from __future__ import annotations

import pytest

from geocode.gazetteer import Entry, Form, Kind, Place
from geocode.regions import Regions

JINJIANG = "350582"


def _entry(name: str, *, ordinary: bool = False) -> Entry:
    place = Place(name, Kind.COMMUNITY, f"{name}村", "350582102216", frozenset(), 118.5, 24.8, 0.0, 0.0, 300.0)
    return Entry(name, place, Form.SHORT, ordinary)


@pytest.fixture(scope="module")
def regions() -> Regions:
    return Regions(JINJIANG, [_entry("西安"), _entry("桂林", ordinary=True)])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("厦门市思明区的路", ["厦门市思明区"]),
        ("我在厦门出差", ["厦门"]),
        ("石狮灵秀镇的路", ["石狮"]),
        ("连云港灌南的路", ["连云港灌南"]),
        ("雄县的路", ["雄县"]),
        ("福建省泉州市晋江市的路", []),
        ("晋江市西安的路", []),
        ("陕西省西安市的路", ["陕西省西安市"]),
        ("桂林的路", ["桂林"]),
        ("中山路和厦门大道", []),
        ("青新社区西区12号", []),
        ("", []),
    ],
)
def test_other_cities_are_found_and_the_own_ones_are_not(regions: Regions, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in regions.find(text)] == found


def test_a_short_name_right_before_a_name_of_this_city_is_another_city(regions: Regions) -> None:
    assert (regions.find("石狮实验小学"), regions.find("石狮实验小学", [2])) == ([], [(0, 2)])


@pytest.mark.parametrize(
    ("text", "start"), [("在福建省泉州市晋江市青阳", 1), ("泉州青阳", 0), ("厦门市青阳", 3), ("青阳", 0)]
)
def test_the_own_province_and_city_before_a_name_belong_to_it(regions: Regions, text: str, start: int) -> None:
    assert regions.own_before(text, len(text) - 2) == start
