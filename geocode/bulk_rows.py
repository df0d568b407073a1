"""Tables of very many rows: whole columns are read at once, and only rows that fail are looked at one by one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from pydantic import ValidationError

from geocode.features import Cell, CellOfGrid, Door, NamedPoint
from geocode.rows import PLACE_KINDS, CellRow, DoorRow, GridRow, PackRow, PlaceRow
from intake.pack import Faults

Taken = TypeVar("Taken")
Shared = TypeVar("Shared", str, int, float)
Column = Sequence[str]
_FIRST_LINE = 2
_ABSENT = -1
_MOST_METRES = 1e9


@dataclass(frozen=True, slots=True)
class BulkTable(Generic[Taken]):
    """How a file is read: the model that names faults, and whole columns (in the order of the model's fields) with
    the number of their first line to rows; raises ValueError when any of them is wrong."""

    name: str
    row_type: type[PackRow]
    take: Callable[[Iterable[int], Sequence[Column]], list[Taken]]


def read_bulk(folder: Path, table: BulkTable[Taken], faults: Faults) -> list[Taken]:
    """The rows of a table. A faulty row is noted and left out; a missing file is one fault."""
    try:
        lines = (folder / table.name).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        faults.add(table.name, 0, f"cannot be read: {error}")
        return []
    reader = csv.reader(lines)
    header = next(reader, [])
    fields = table.row_type.model_fields
    missing = [field for field, info in fields.items() if info.is_required() and field not in header]
    if missing:
        faults.add(table.name, 1, f"columns missing: {', '.join(missing)}")
        return []
    positions = [header.index(field) if field in header else _ABSENT for field in fields]
    rows = list(reader)
    if reader.line_num == len(lines) == len(rows) + 1 and {len(header)}.issuperset(map(len, rows)):
        try:
            return table.take(count(_FIRST_LINE), _columns(rows, positions))
        except ValueError:
            pass
    return _one_by_one(csv.reader(lines), table, (header, positions), faults)


def _columns(rows: Sequence[Sequence[str]], positions: Sequence[int]) -> list[Column]:
    if not rows:
        return [() for _ in positions]
    columns = list(zip(*rows, strict=True))
    return [("",) * len(rows) if position == _ABSENT else columns[position] for position in positions]


def _one_by_one(
    reader: Iterable[list[str]], table: BulkTable[Taken], head: tuple[list[str], list[int]], faults: Faults
) -> list[Taken]:
    header, positions = head
    taken: list[Taken] = []
    line = 0
    for values in reader:
        line = getattr(reader, "line_num", line + 1)
        if line == 1:
            continue
        if len(values) != len(header):
            faults.add(table.name, line, f"the row has {len(values)} values, the header {len(header)}")
            continue
        try:
            taken += table.take(count(line), _columns([values], positions))
        except ValueError:
            for reason in _reasons(table.row_type, dict(zip(header, values, strict=True))):
                faults.add(table.name, line, reason)
    return taken


def _reasons(row_type: type[PackRow], values: dict[str, str]) -> list[str]:
    try:
        row_type.model_validate(values)
    except ValidationError as error:
        return [f"{'.'.join(str(part) for part in detail['loc'])}: {detail['msg']}" for detail in error.errors()]
    return ["the row cannot be read"]


def _shared(column: Iterable[Shared]) -> list[Shared]:
    """Equal words or numbers as one object: a code that stands in a thousand rows is kept once."""
    seen: dict[Shared, Shared] = {}
    return [seen.setdefault(word, word) for word in column]


def _check_codes(codes: Iterable[str], length: int | None = None) -> None:
    for code in set(codes):
        if not (code.isascii() and code.isdigit()) or (length is not None and len(code) != length):
            raise ValueError(code)


def _numbers(column: Column, most: float) -> list[float]:
    numbers = list(map(float, column))
    # NaN is not within any limit, so it is refused here too.
    if not bool(np.all(np.abs(np.asarray(numbers)) <= most)):
        raise ValueError(most)
    return numbers


def _take_doors(lines: Iterable[int], columns: Sequence[Column]) -> list[Door]:
    road_ids, sections, numbers, suffixes, lons, lats, codes = columns
    whole = _shared(map(int, numbers))
    if whole and not 0 < min(whole) <= max(whole) < 100_000:
        raise ValueError(numbers)
    _check_codes(codes, 12)
    words = (_shared(road_ids), _shared(sections), whole, _shared(suffixes))
    places = (_numbers(lons, 180.0), _numbers(lats, 90.0), _shared(codes))
    return list(map(Door._make, zip(lines, *words, *places, strict=False)))


def _take_cells(lines: Iterable[int], columns: Sequence[Column]) -> list[Cell]:
    cells, codes, xs, ys = columns
    _check_codes(codes, 12)
    _check_codes(cells)
    corners = (_shared(_numbers(xs, _MOST_METRES)), _shared(_numbers(ys, _MOST_METRES)))
    return list(map(Cell._make, zip(lines, cells, _shared(codes), *corners, strict=False)))


def _take_grids(lines: Iterable[int], columns: Sequence[Column]) -> list[CellOfGrid]:
    cells, grids = columns
    _check_codes(cells)
    if "" in grids:
        raise ValueError("grid")
    return list(map(CellOfGrid._make, zip(lines, cells, _shared(grids), strict=False)))


def _take_places(lines: Iterable[int], columns: Sequence[Column]) -> list[tuple[int, NamedPoint]]:
    ids, kinds, names, aliases, codes, lons, lats = (tuple(map(str.strip, column)) for column in columns)
    _check_codes(codes, 12)
    if not set(PLACE_KINDS).issuperset(kinds) or "" in ids or "" in names:
        raise ValueError(kinds)
    words = (ids, _shared(kinds), names, _shared(aliases), _shared(codes))
    points = map(NamedPoint._make, zip(*words, _numbers(lons, 180.0), _numbers(lats, 90.0), strict=True))
    return list(zip(lines, points, strict=False))


PLACES = BulkTable("places.csv", PlaceRow, _take_places)
DOORS = BulkTable("doors.csv", DoorRow, _take_doors)
CELLS = BulkTable("cells.csv", CellRow, _take_cells)
GRIDS = BulkTable("grids.csv", GridRow, _take_grids)
