"""One character of a word wrong, missing, too many or changed with its neighbour."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocode.slips import changed_places, slip_end


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        ("幼儿圆门口", 3),
        ("幼儿，门口", 2),
        ("幼园，门口", 2),
        ("幼儿儿园门口", 4),
        ("儿幼园门口", 3),
        ("幼园儿门口", 3),
        ("幼、园门口", 0),
        ("老人中心", 0),
        ("", 0),
        ("幼", 0),
    ],
)
def test_a_word_with_one_slip_is_found_where_it_begins(text: str, stop: int) -> None:
    assert slip_end(f"古盈{text}", 2, "幼儿园") == (2 + stop if stop else None)


def test_any_other_character_is_a_slip_of_a_word_of_one() -> None:
    assert [slip_end(text, 0, "路") for text in ("络", "，", "", "1")] == [1, None, None, None]


@pytest.mark.parametrize(("said", "right"), [("卫生所", False), ("生卫所", True), ("所生卫", False), ("生所卫", False)])
def test_only_neighbours_change_places(said: str, right: bool) -> None:
    assert changed_places(said, "卫生所") is right


@given(st.text(max_size=40), st.text(min_size=1, max_size=8), st.integers(0, 40))
def test_a_slip_ends_inside_the_text(text: str, word: str, start: int) -> None:
    stop = slip_end(text, start, word)
    assert stop is None or start < stop <= len(text)
