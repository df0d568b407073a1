"""What follows a name: section, number, 附号, a range, where from there; and a number that goes before it."""

from __future__ import annotations

import pytest

from geocode.relative import Move
from geocode.tail import Tail, read_head, read_loose, read_tail


@pytest.mark.parametrize(
    ("words", "tail"),
    [
        ("西区171号(瑶琼小学", Tail(6, "西区", 171, stop=6)),
        ("东北区113号", Tail(7, "东北区", 113, stop=7)),
        ("路西片28号楼", Tail(7, "路西片", 28, stop=7, unit="号楼")),
        ("西区，171号", Tail(7, "西区", 171, stop=7)),
        ("1168-10号", Tail(8, "", 1168, "10", stop=8)),
        ("11号附3号旁边", Tail(6, "", 11, "3", "旁边", stop=8)),
        ("11号之3", Tail(5, "", 11, "3", stop=5)),
        ("11附3号", Tail(5, "", 11, "3", stop=5)),
        ("182#楼", Tail(5, "", 182, stop=5, unit="#楼")),
        ("18幢二楼门口", Tail(3, "", 18, relative="门口", stop=7, unit="幢")),
        ("1#楼402-3", Tail(3, "", 1, stop=8, unit="#楼")),
        ("m2栋2506", Tail(7, stop=7)),
        ("门牌171号", Tail(6, "", 171, stop=6)),
        ("54号有人乱搭", Tail(3, "", 54, stop=3)),
        ("1363", Tail(4, "", 1363, stop=4)),
        ("90-92号", Tail(6, "", 90, upto=92, stop=6)),
        ("11号到29号之间", Tail(7, "", 11, upto=29, between=True, stop=9)),
        ("2个井盖没了", Tail(0)),
        ("3天没人管", Tail(0)),
        ("5号上午停水", Tail(0)),
        ("斜对面", Tail(0, relative="斜对面", stop=3)),
        ("的大门口", Tail(0, relative="大门口", stop=4)),
        ("南段", Tail(0, part="南", stop=2)),
        ("11号往北50米", Tail(3, "", 11, move=Move(0.0, 1.0, 50.0, "往北50米"), stop=8)),
        ("东边100米处", Tail(0, move=Move(1.0, 0.0, 100.0, "东边100米处"), stop=7)),
        ("对面向西走约200多米", Tail(0, move=Move(-1.0, 0.0, 200.0, "向西走约200多米"), relative="对面", stop=11)),
        ("往前1公里", Tail(0, move=Move(0.0, 0.0, 1000.0, "往前1公里"), stop=5)),
        ("北侧", Tail(0, move=Move(0.0, 1.0, 0.0, "北侧"), stop=2)),
        ("0号", Tail(2, stop=2)),
        ("99999999号", Tail(0)),
        ("", Tail(0)),
    ],
)
def test_the_words_after_a_name_are_read(words: str, tail: Tail) -> None:
    assert read_tail(words, 0, len(words)) == tail


def test_a_tail_ends_where_the_next_name_begins() -> None:
    assert read_tail("171号瑶琼小学大门口", 0, 4) == Tail(4, "", 171, stop=4)


@pytest.mark.parametrize(
    ("before", "start", "door"),
    [
        ("171号西区", 0, ("西区", 171, "")),
        ("西区171号", 0, ("西区", 171, "")),
        ("住11-3号，", 1, ("", 11, "3")),
        ("5月3号", None, None),
        ("3天了，", None, None),
    ],
)
def test_a_number_before_a_name_is_its_number(
    before: str, start: int | None, door: tuple[str, int, str] | None
) -> None:
    found = read_head(f"{before}瑶琼村", len(before), 0)
    assert (found and found[0], found and (found[1].section, found[1].number, found[1].suffix)) == (start, door)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("营边村井盖坏了，西区123号", 123),
        ("52号，在霞茂村", 52),
        ("营边村井盖坏了，11月23号报的", None),
        ("营边村井盖坏了，23号上午", None),
        ("12号，13号，都在营边村", None),
    ],
)
def test_one_number_in_a_clause_of_its_own_is_found(text: str, number: int | None) -> None:
    found = read_loose(text, [])
    assert (found[1].number if found else None) == number
