"""Responsibility grids: neighbouring cells of one community, at most forty, as the beat of one inspector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from scripts.generate_city.cells import Cell

MOST_CELLS = 40


def make_grids(cells: Sequence[Cell]) -> Iterator[tuple[str, str]]:
    """(cell code, grid code) in the order of the cells: two digits more than the community's code, north to south, then
    west to east. A community is halved across its longer side until no part has more than forty cells."""
    by_code: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_code[cell[1]].append(cell)
    grid_of: dict[str, str] = {}
    for code12, members in by_code.items():
        for place, part in enumerate(sorted(_halved(members), key=_corner), start=1):
            grid_of |= {cell[0]: f"{code12}{place:02}" for cell in part}
    for cell in cells:
        yield cell[0], grid_of[cell[0]]


def _halved(cells: list[Cell]) -> list[list[Cell]]:
    if len(cells) <= MOST_CELLS:
        return [cells]
    columns, rows = [cell[2] for cell in cells], [cell[3] for cell in cells]
    is_wide = max(columns) - min(columns) > max(rows) - min(rows)
    ordered = sorted(cells, key=lambda cell: (cell[2], -cell[3]) if is_wide else (-cell[3], cell[2]))
    middle = len(ordered) // 2
    return _halved(ordered[:middle]) + _halved(ordered[middle:])


def _corner(cells: list[Cell]) -> tuple[int, int]:
    """North-west corner, north first."""
    return -max(cell[3] for cell in cells), min(cell[2] for cell in cells)
