"""What follows a name: section, number, 附号, relative word."""

from __future__ import annotations

import pytest

from geocode.tail import Tail, read_tail


@pytest.mark.parametrize(
    ("words", "tail"),
    [
        ("西区171号(瑶琼小学", Tail(6, "西区", 171)),
        ("东北区113号", Tail(7, "东北区", 113)),
        ("路西片28号楼", Tail(7, "路西片", 28)),
        ("1168-10号", Tail(8, "", 1168, "10")),
        ("11号附3号旁边", Tail(6, "", 11, "3", "旁边")),
        ("182#楼", Tail(5, "", 182)),
        ("54号有人乱搭", Tail(3, "", 54)),
        ("1363", Tail(4, "", 1363)),
        ("2个井盖没了", Tail(0)),
        ("3天没人管", Tail(0)),
        ("斜对面", Tail(0, relative="斜对面")),
        ("的大门口", Tail(0, relative="大门口")),
        ("0号", Tail(2)),
        ("99999999号", Tail(0)),
        ("", Tail(0)),
    ],
)
def test_the_words_after_a_name_are_read(words: str, tail: Tail) -> None:
    assert read_tail(words, 0, len(words)) == tail


def test_a_tail_ends_where_the_next_name_begins() -> None:
    assert read_tail("171号瑶琼小学大门口", 0, 4) == Tail(4, "", 171)
