"""Unit grid cells: a raster of 100 m squares, each belonging to one community."""

from __future__ import annotations

import math
from collections.abc import Sequence

from geocode.pack import Cell

SIDE_METRES = 100.0


class CellGrid:
    """Look-up of the cell of a point in projected metres. Immutable."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._offset_x = cells[0].min_x % SIDE_METRES if cells else 0.0
        self._offset_y = cells[0].min_y % SIDE_METRES if cells else 0.0
        self._by_square: dict[tuple[int, int], list[Cell]] = {}
        self._by_code: dict[str, list[Cell]] = {}
        for cell in cells:
            square = (self._column(cell.min_x + 1.0), self._row(cell.min_y + 1.0))
            self._by_square.setdefault(square, []).append(cell)
            self._by_code.setdefault(cell.code12, []).append(cell)

    def cell_at(self, east: float, north: float, code12: str) -> str:
        """The cell of the community that contains the point, else its nearest one; empty when it has none.

        Without a community the square alone decides."""
        square = self._by_square.get((self._column(east), self._row(north)), [])
        for cell in square:
            if cell.code12 == code12 or not code12:
                return cell.code
        own = self._by_code.get(code12)
        if not own:
            return square[0].code if square else ""
        half = SIDE_METRES / 2
        return min(own, key=lambda cell: math.hypot(cell.min_x + half - east, cell.min_y + half - north)).code

    def _column(self, east: float) -> int:
        return math.floor((east - self._offset_x) / SIDE_METRES)

    def _row(self, north: float) -> int:
        return math.floor((north - self._offset_y) / SIDE_METRES)
