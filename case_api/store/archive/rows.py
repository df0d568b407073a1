"""Rows as lines of JSON that mean the same on both databases, and a sum over them that no order changes.

A value comes back equal to the bit: bytes as base64, numbers that JSON does not know as words, booleans as booleans
though SQLite keeps 0 and 1. The lines are compared, not the tables: equal lines are equal rows.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Table, TypeDecorator

_MASK = (1 << 256) - 1


class Kind(StrEnum):
    """What a column holds, on either database."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    BYTES = "bytes"


_KINDS = {bytes: Kind.BYTES, bool: Kind.BOOLEAN, int: Kind.INTEGER, float: Kind.REAL, str: Kind.TEXT}


class ColumnShape(BaseModel):
    """A column by name and kind."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Kind


class TableShape(BaseModel):
    """A table with its columns, in the order in which its rows are written."""

    model_config = ConfigDict(frozen=True)

    name: str
    columns: tuple[ColumnShape, ...]


def shape_of(table: Table) -> TableShape:
    """The shape of a table of the schema. Raises TypeError for a column that no archive can hold exactly yet."""
    return TableShape(
        name=table.name,
        columns=tuple(ColumnShape(name=column.name, kind=_kind(table, column.name)) for column in table.columns),
    )


def _kind(table: Table, name: str) -> Kind:
    found = table.columns[name].type
    kind = _KINDS.get((found.impl_instance if isinstance(found, TypeDecorator) else found).python_type)
    if kind is None:
        raise TypeError(f"{table.name}.{name}: no archive holds {found!r} yet")
    return kind


def line_writer(shape: TableShape) -> Callable[[Sequence[Any]], bytes]:
    """A function from a row, as the driver gives it, to its line without an end.

    The function raises TypeError, KeyError or ValueError for a value that its column cannot hold.
    """
    return _converting(shape, {Kind.BYTES: _to_base64, Kind.BOOLEAN: _TRUTH.__getitem__, Kind.REAL: _to_number})


def line_reader(shape: TableShape) -> Callable[[bytes], Sequence[Any]]:
    """A function from a line to its row, as the drivers take it. It raises ValueError or TypeError for another line."""
    changes = _changes(shape, {Kind.BYTES: base64.b64decode, Kind.REAL: float})
    width = len(shape.columns)

    def read(line: bytes) -> Sequence[Any]:
        values: list[Any] = orjson.loads(line)
        if len(values) != width:
            raise ValueError("a row of another width")
        for at, change in changes:
            if values[at] is not None:
                values[at] = change(values[at])
        return values

    return read


_TRUTH = {0: False, 1: True}
_Change = Callable[[Any], Any]


def _converting(shape: TableShape, by_kind: dict[Kind, _Change]) -> Callable[[Sequence[Any]], bytes]:
    changes = _changes(shape, by_kind)

    def write(row: Sequence[Any]) -> bytes:
        values = list(row)
        for at, change in changes:
            if values[at] is not None:
                values[at] = change(values[at])
        return orjson.dumps(values)

    return write


def _changes(shape: TableShape, by_kind: dict[Kind, _Change]) -> Sequence[tuple[int, _Change]]:
    return [(at, by_kind[column.kind]) for at, column in enumerate(shape.columns) if column.kind in by_kind]


def _to_base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _to_number(value: float) -> float | str:
    """A finite number as it is; JSON has no others, their names are read back by `float`."""
    return value if math.isfinite(value) else repr(value)


@dataclass(slots=True)
class RowSum:
    """How many lines, and the sum of their SHA-256 modulo 2^256: equal for equal rows in whatever order they come.

    A row that is lost, changed or there twice changes the sum; sorting millions of rows alike on two databases, each
    with a collation of its own, is spared.
    """

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """Count a line."""
        self.rows += 1
        self.total += int.from_bytes(hashlib.sha256(line).digest())

    def hexdigest(self) -> str:
        """The sum, 64 hexadecimal digits."""
        return f"{self.total & _MASK:064x}"
