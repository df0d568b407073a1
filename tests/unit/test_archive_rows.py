"""Rows as lines: a value comes back equal to the bit, and the sum over them tells every difference but the order."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, DateTime, MetaData, Table
from sqlmodel import SQLModel

from case_api.store.archive.rows import ColumnShape, Kind, RowSum, TableShape, line_reader, line_writer, shape_of
from case_api.store.migrate import SCHEMAS

_VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: st.text(st.characters(exclude_categories=["Cs"])),
    Kind.INTEGER: st.integers(-(2**63), 2**63 - 1),
    Kind.REAL: st.floats(),
    Kind.BOOLEAN: st.booleans(),
    Kind.BYTES: st.binary(),
}


def shape(*kinds: Kind) -> TableShape:
    columns = tuple(ColumnShape(name=f"c{at}", kind=kind) for at, kind in enumerate(kinds))
    return TableShape(name="t", columns=columns)


@st.composite
def shapes_with_rows(draw: st.DrawFn) -> tuple[TableShape, list[list[Any]]]:
    kinds = draw(st.lists(st.sampled_from(Kind), min_size=1, max_size=6))
    row = st.tuples(*(st.none() | _VALUES[kind] for kind in kinds)).map(list)
    return shape(*kinds), draw(st.lists(row, max_size=5))


def bits(row: Sequence[Any]) -> list[Any]:
    """Numbers by their bits: minus zero is not zero, and one NaN is as good as another."""
    return [
        (struct.pack(">d", value) if not math.isnan(value) else "nan") if isinstance(value, float) else value
        for value in row
    ]


def sum_of(lines: Sequence[bytes]) -> tuple[int, str]:
    found = RowSum()
    for line in lines:
        found.add(line)
    return found.rows, found.hexdigest()


@given(shapes_with_rows())
def test_every_row_comes_back_equal_to_the_bit(told: tuple[TableShape, list[list[Any]]]) -> None:
    of, rows = told
    write, read = line_writer(of), line_reader(of)
    lines = [write(row) for row in rows]
    assert [bits(read(line)) for line in lines] == [bits(row) for row in rows]
    assert [line for line in lines if b"\n" in line] == []


def test_the_zero_and_one_of_sqlite_are_the_booleans_of_postgresql() -> None:
    write = line_writer(shape(Kind.BOOLEAN, Kind.BOOLEAN))
    assert write([1, 0]) == write([True, False]) == b"[true,false]"


@pytest.mark.parametrize(("kind", "value"), [(Kind.BOOLEAN, 2), (Kind.TEXT, b"bytes"), (Kind.REAL, "words")])
def test_a_value_that_does_not_belong_into_its_column_is_refused(kind: Kind, value: object) -> None:
    with pytest.raises((KeyError, TypeError)):
        line_writer(shape(kind))([value])


@pytest.mark.parametrize("line", [b"[1]", b"[1,2,3]", b"{}", b"", b"[1,2"])
def test_a_line_of_another_width_is_refused(line: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        line_reader(shape(Kind.INTEGER, Kind.INTEGER))(line)


@given(st.lists(st.binary(), min_size=1), st.randoms(use_true_random=False))
def test_the_sum_does_not_depend_on_the_order(lines: list[bytes], chance: random.Random) -> None:
    shuffled = chance.sample(lines, len(lines))
    assert sum_of(shuffled) == sum_of(lines)


@given(st.lists(st.binary(), min_size=1), st.binary())
def test_a_row_that_is_lost_added_twice_or_changed_changes_the_sum(lines: list[bytes], other: bytes) -> None:
    told = sum_of(lines)
    changed = [*lines[:-1], lines[-1] + b"!"]
    sums = [sum_of(lines[:-1]), sum_of([*lines, lines[0]]), sum_of([*lines, other]), sum_of(changed)]
    assert [one for one in sums if one == told] == []
    assert sums[3][1] != told[1]


def test_every_table_of_the_schema_can_be_archived() -> None:
    assert len(SCHEMAS) > 0
    tables = SQLModel.metadata.sorted_tables
    assert [shape_of(table).name for table in tables] == [table.name for table in tables]


def test_a_column_of_an_unknown_kind_is_named_at_once() -> None:
    with pytest.raises(TypeError, match=r"diary\.day"):
        shape_of(Table("diary", MetaData(), Column("day", DateTime)))
