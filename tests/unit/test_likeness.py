"""How alike two texts are as tellings of one problem."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.likeness import likeness, looks_apart, same_marks, telling
from intake.sounds import sounds_of

texts = st.text(max_size=40) | st.text("青新社区门口井盖不见了，路灯12号楼 ", max_size=20)
looks = st.integers(0, 2**64 - 1).map(lambda bits: f"{bits:016x}")


@given(one=texts, other=texts)
def test_likeness_is_symmetric_and_between_nothing_and_one(one: str, other: str) -> None:
    left, right = telling(one), telling(other)
    assert likeness(left, right) == likeness(right, left)
    assert 0.0 <= likeness(left, right) <= 1.0


@given(text=st.text("青新社区门口井盖不见了路灯", min_size=2, max_size=30))
def test_a_text_is_wholly_like_itself_with_other_punctuation(text: str) -> None:
    assert likeness(telling(text), telling("，".join(text))) == pytest.approx(1.0)


def test_texts_without_a_common_run_are_not_alike() -> None:
    assert likeness(telling("井盖不见了"), telling("路灯不亮")) == 0.0


def test_texts_too_short_for_a_run_are_not_alike() -> None:
    assert likeness(telling("井"), telling("井")) == 0.0


def test_a_text_as_a_recogniser_heard_it_is_like_the_text_that_was_said() -> None:
    said, heard = telling("行道树倒了压住电线"), telling("行道述到了压住电线")
    assert likeness(said, heard) == pytest.approx(1.0)


def test_place_words_and_politeness_do_not_make_two_problems_alike() -> None:
    place = ("青阳街道青新社区",)
    one = telling("您好，青阳街道青新社区井盖丢了，麻烦处理一下", place)
    other = telling("您好，青阳街道青新社区路灯灭了，麻烦处理一下", place)
    assert likeness(one, other) == 0.0
    assert likeness(telling("您好，青阳街道青新社区井盖丢了"), telling("您好，青阳街道青新社区路灯灭了")) > 0.5


def test_words_that_only_name_the_category_weigh_less_than_what_is_told_of_it() -> None:
    known = ("路灯不亮",)
    detail = likeness(telling("路灯不亮，加油站对面那根", (), known), telling("加油站对面黑漆漆", (), known))
    name = likeness(telling("路灯不亮，加油站对面那根", (), known), telling("路灯不亮，菜市场后门", (), known))
    assert detail > name > 0.0


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("3号楼楼道灯坏了", "3号楼没灯", {"号楼": True}),
        ("3号楼楼道灯坏了", "5号楼楼道灯坏了", {"号楼": False}),
        ("3号楼楼道灯坏了", "12栋楼道灯坏了", {}),
        ("路灯编号A12不亮", "编号a12的灯不亮", {"编号": True}),
        ("坏了3天", "坏了5天", {}),
    ],
)
def test_numbers_of_one_unit_agree_or_differ(one: str, other: str, agree: dict[str, bool]) -> None:
    assert same_marks(telling(one), telling(other)) == agree


def test_each_unit_is_compared_by_itself() -> None:
    one, other = telling("西区171号3栋门口"), telling("西区173号3栋旁边")
    assert same_marks(one, other) == {"号": False, "栋": True}


@given(text=texts)
def test_sounds_stand_one_for_one_and_other_letters_stay(text: str) -> None:
    han = "井盖"
    assert len(sounds_of(han)) == 2
    assert sounds_of("ABC-12") == "abc-12"
    assert sounds_of(sounds_of(text)) == sounds_of(text)


@given(one=looks, other=looks)
def test_two_looks_differ_alike_both_ways_and_a_look_not_from_itself(one: str, other: str) -> None:
    assert looks_apart(one, other) == looks_apart(other, one) <= 64
    assert looks_apart(one, one) == 0
