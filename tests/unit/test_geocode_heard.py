"""Names that a text has by their sound or with one character wrong."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geocode.gazetteer import Entry, Form, Kind, Place
from geocode.index import NameIndex
from geocode.spelled import How, Mention

TOWNS = {"350582110": "龙湖镇", "350582104": "东石镇", "350582101": "安海镇", "350582002": "梅岭街道"}
COMMUNITIES = {
    "350582110239": "古盈村",
    "350582110240": "坑尾村",
    "350582104220": "塔头孙村",
    "350582104221": "坑尾村",
    "350582101201": "西安村",
    "350582101202": "赤店村",
    "350582002013": "晋阳社区",
    "350582002009": "许坑社区",
    "350582104230": "营边村",
    "350582110250": "霞村",
    "350582104240": "溪边村",
    "350582101240": "西边村",
}
ROADS = ("文竹路", "泉安中路", "世纪大道", "仁和街")
LANDMARKS = ("古盈幼儿园", "岭山花园", "石厦农贸市场")


def _place(identity: str, kind: Kind, name: str) -> Place:
    code12 = identity if kind in (Kind.COMMUNITY, Kind.TOWN) else "350582110239"
    codes = frozenset() if kind is Kind.TOWN else frozenset((code12,))
    ordinary = name.startswith("西安")
    return Place(identity, kind, name, code12, codes, 118.5, 24.8, 0.0, 0.0, 300.0, ordinary)


def _entries() -> list[Entry]:
    entries = [
        Entry("晋江市", Place("350582", Kind.COUNTY, "晋江市", "", frozenset(), 0.0, 0.0, 0.0, 0.0, 0.0), Form.FULL)
    ]
    for code, name in TOWNS.items():
        town = _place(f"{code}000", Kind.TOWN, name)
        stem = name.removesuffix("镇").removesuffix("街道")
        entries += [Entry(name, town, Form.FULL), Entry(stem, town, Form.SHORT)]
    for code, name in COMMUNITIES.items():
        village = _place(code, Kind.COMMUNITY, name)
        stem = name.removesuffix("村").removesuffix("社区")
        entries.append(Entry(name, village, Form.FULL))
        if len(stem) > 1:
            entries.append(Entry(stem, village, Form.SHORT, village.ordinary))
    entries += [Entry(name, _place(name, Kind.ROAD, name), Form.FULL) for name in ROADS]
    entries += [Entry(name, _place(name, Kind.LANDMARK, name), Form.FULL) for name in LANDMARKS]
    return entries


INDEX = NameIndex(_entries())


def fine(text: str) -> list[Mention]:
    """The mentions but for towns and the county."""
    return [one for one in INDEX.find(text) if one.entries[0].place.kind not in (Kind.TOWN, Kind.COUNTY)]


@pytest.mark.parametrize(
    ("text", "said", "spelling", "how"),
    [
        ("龙湖正古英村路面塌了", "古英村", "古盈村", How.HOMOPHONE),
        ("古婴存门口井盖不见了", "古婴存", "古盈村", How.HOMOPHONE),
        ("东时震塔头孙孙露面塌了", "塔头孙孙", "塔头孙村", How.ACCENT),
        ("1号西安厕门口井盖不见了", "西安厕", "西安村", How.ACCENT),
        ("美领接到近扬设区西区256号", "近扬设区", "晋阳社区", How.HOMOPHONE),
        ("威喜坑社群门口垃圾", "喜坑社群", "许坑社区", How.ACCENT),
        ("营店村对面有垃圾", "营店村", "营边村", How.ACCENT),
        ("龙湖镇夏存路灯不亮", "夏存", "霞村", How.HOMOPHONE),
        ("龙湖镇古英路灯不亮", "古英", "古盈", How.HOMOPHONE),
        ("林善花园电梯坏了", "林善花园", "岭山花园", How.ACCENT),
        ("十厦农贸市场门口", "十厦农贸市场", "石厦农贸市场", How.HOMOPHONE),
        ("权安中路路灯不亮", "权安中路", "泉安中路", How.HOMOPHONE),
        ("龙湖镇古,英村门口", "古,英村", "古盈村", How.HOMOPHONE),
        ("塔里孙村有垃圾", "塔里孙村", "塔头孙村", How.NEAR),
        ("塔孙村有垃圾", "塔孙村", "塔头孙村", How.NEAR),
        ("塔头孙孙村有垃圾", "塔头孙孙村", "塔头孙村", How.NEAR),
        ("头塔孙村有垃圾", "头塔孙村", "塔头孙村", How.NEAR),
        ("塔头村孙有垃圾", "塔头村孙", "塔头孙村", How.NEAR),
        ("古盈幼儿国门口", "古盈幼儿国", "古盈幼儿园", How.NEAR),
        ("古盈儿园门口", "古盈儿园", "古盈幼儿园", How.NEAR),
        ("文竹络有一盏灯不亮", "文竹络", "文竹路", How.NEAR),
        ("世级大道路灯不亮", "世级大道", "世纪大道", How.HOMOPHONE),
        ("龙湖镇盈幼儿园门口", "盈幼儿园", "古盈幼儿园", How.NEAR),
    ],
)
def test_a_name_is_found_by_its_sound_or_in_spite_of_a_slip(text: str, said: str, spelling: str, how: How) -> None:
    (mention,) = fine(text)
    assert (text[mention.start : mention.end], mention.said, mention.spelling, mention.how) == (
        said,
        said,
        spelling,
        how,
    )
    assert 0.3 <= mention.likeness < 1.0


def test_a_written_name_is_itself() -> None:
    (mention,) = fine("龙湖镇古盈村门口")
    assert (mention.spelling, mention.how, mention.likeness, mention.remark) == ("古盈村", How.EXACT, 1.0, "")


def test_a_heard_name_says_why() -> None:
    remarks = [fine(text)[0].remark for text in ("古英村门口", "喜坑社群门口", "塔里孙村门口")]
    assert remarks == ["“古英村”与“古盈村”同音", "“喜坑社群”听起来像“许坑社区”", "“塔里孙村”与“塔头孙村”差一个字"]


@pytest.mark.parametrize(
    "text",
    [
        "今天天气很好，井盖不见了",
        "谷盈利市场不大",
        "谷物加工厂在哪里办证",
        "龙湖镇有人占道经营",
        "盈利多少要交税",
        "他头疼想问哪个医院好",
        "",
    ],
)
def test_what_only_brushes_a_name_names_nothing(text: str) -> None:
    assert fine(text) == []


def test_a_city_is_no_village_worn_down() -> None:
    texts = ("我在西安市打工", "我在西安厕门口")
    assert [[(one.spelling, one.how) for one in fine(text)] for text in texts] == [
        [("西安", How.EXACT)],
        [("西安村", How.ACCENT)],
    ]


def test_a_word_of_every_day_is_seldom_a_name_misheard() -> None:
    word, no_word = (fine(text)[0] for text in ("任何接口都不给出", "认合接口都不给出"))
    assert (word.spelling, no_word.spelling) == ("仁和街", "仁和街")
    assert word.likeness < 0.6 < no_word.likeness


def test_the_town_heard_tells_which_of_two_names_that_sound_alike() -> None:
    texts = ("龙湖正坑尾村旁边", "东时震坑尾村旁边")
    towns = [
        [entry.place.name for one in INDEX.find(text) if one.start == 0 for entry in one.entries] for text in texts
    ]
    assert towns == [["龙湖镇"], ["东石镇"]]


def test_a_town_heard_before_it_speaks_against_a_place_elsewhere_that_is_written() -> None:
    texts = ("溪边村门口", "东时震溪边村门口", "安害贞溪边村门口")
    found = [[(one.spelling, one.how) for one in fine(text)] for text in texts]
    assert found == [[("溪边村", How.EXACT)], [("溪边村", How.EXACT)], [("西边村", How.HOMOPHONE)]]


def test_the_more_differs_the_less_it_is_believed() -> None:
    texts = ("古盈村门口", "古盈存门口", "古英村门口", "古英尊门口", "顾英遵门口", "营店村门口")
    likeness = [fine(text)[0].likeness for text in texts]
    assert likeness == sorted(likeness, reverse=True)
    assert len(set(likeness)) == len(texts)


def test_nothing_is_guessed_where_a_text_is_about_another_city() -> None:
    away = NameIndex(_entries(), lambda text: "厦门市" in text)
    assert away.find("厦门市古英村门口") == []
    assert [one.spelling for one in away.find("厦门市古盈村门口")] == ["古盈村"]
    assert [one.spelling for one in away.find("古英村门口")] == ["古盈村"]


@given(st.text() | st.text("古盈英村存龙湖正镇塔头孙，,西安厕门口路1号 社区设"))
@example("古" * 300)
@example("\ud800古英村\x00")
def test_mentions_of_any_text_are_spans_of_it_in_order_without_overlap(text: str) -> None:
    mentions = INDEX.find(text)
    ends = [0]
    for mention in mentions:
        assert ends[-1] <= mention.start < mention.end <= len(text)
        ends.append(mention.end)
        if mention.how is How.EXACT:
            assert text[mention.start : mention.end] == mention.spelling
        else:
            assert mention.said == text[mention.start : mention.end]


@pytest.mark.parametrize("unit", ["古英村", "社区", "村", "塔头村孙，", "a", "\ud800", "厕门口", "路"])
def test_a_hundred_thousand_characters_are_searched(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    assert all(mention.end <= len(text) for mention in INDEX.find(text))


def test_an_empty_index_finds_nothing() -> None:
    assert NameIndex([]).find("龙湖镇古盈村") == []
