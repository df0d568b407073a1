"""Unit grid cells: polygons where the city drew them, else a raster of 100 m squares; and whose they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geocode.features import Cell

SIDE_METRES = 100.0
_ROW_BITS = 24


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell as a polygon in projected metres."""

    code: str
    code12: str
    polygon: BaseGeometry


class CellGrid:
    """Look-up of the cell of a point in projected metres, and of its responsibility grid. Immutable."""

    def __init__(
        self, cells: Sequence[Cell], drawn: Sequence[DrawnCell] = (), grids: Mapping[str, str] | None = None
    ) -> None:
        """`grids` has the responsibility grid of each cell that has one."""
        self._raster = _Raster(cells)
        self._drawn = _Drawn(drawn)
        self._grids = dict(grids or {})

    def cell_at(self, east: float, north: float, code12: str) -> str:
        """The cell of the community that contains the point, else its nearest one; empty when it has none.

        Without a community the ground alone decides."""
        return self._drawn.cell_at(east, north, code12) or self._raster.cell_at(east, north, code12)

    def grid_of(self, cell: str) -> str:
        """The responsibility grid of a cell; empty when it has none."""
        return self._grids.get(cell, "")


class _Raster:
    """Squares by column and row; several communities may share one."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = cells
        self._offset_x = cells[0].min_x % SIDE_METRES if cells else 0.0
        self._offset_y = cells[0].min_y % SIDE_METRES if cells else 0.0
        self._by_square: dict[int, int] = {}
        self._others: dict[int, list[int]] = {}
        self._by_code: dict[str, list[int]] = {}
        corners = np.array([(cell.min_x, cell.min_y) for cell in cells]).reshape(-1, 2)
        self._centres = corners + SIDE_METRES / 2
        places = np.floor((self._centres - (self._offset_x, self._offset_y)) / SIDE_METRES).astype(np.int64)
        for index, key in enumerate(((places[:, 0] << _ROW_BITS) + places[:, 1]).tolist()):
            if self._by_square.setdefault(key, index) != index:
                self._others.setdefault(key, []).append(index)
            self._by_code.setdefault(cells[index].code12, []).append(index)

    def cell_at(self, east: float, north: float, code12: str) -> str:
        column = math.floor((east - self._offset_x) / SIDE_METRES)
        row = math.floor((north - self._offset_y) / SIDE_METRES)
        key = (column << _ROW_BITS) + row
        first = self._by_square.get(key)
        if first is not None:
            if not code12 or self._cells[first].code12 == code12:
                return self._cells[first].code
            for index in self._others.get(key, ()):
                if self._cells[index].code12 == code12:
                    return self._cells[index].code
        own = self._by_code.get(code12)
        if own:
            apart = self._centres[own] - (east, north)
            return self._cells[own[int(np.argmin(np.einsum("ij,ij->i", apart, apart)))]].code
        return self._cells[first].code if first is not None else ""


class _Drawn:
    """Polygons in a tree. A point on a border belongs to the lowest code."""

    def __init__(self, cells: Sequence[DrawnCell]) -> None:
        self._cells = sorted(cells, key=lambda cell: cell.code)
        polygons = np.array([cell.polygon for cell in self._cells], dtype=object)
        shapely.prepare(polygons)
        self._tree = shapely.STRtree(polygons)
        by_code: dict[str, list[int]] = {}
        for index, cell in enumerate(self._cells):
            by_code.setdefault(cell.code12, []).append(index)
        self._by_code = {code: (indices, polygons[indices]) for code, indices in by_code.items()}

    def cell_at(self, east: float, north: float, code12: str) -> str:
        if not self._cells:
            return ""
        point = shapely.points(east, north)
        holding: list[int] = sorted(self._tree.query(point, predicate="intersects").tolist())
        for index in holding:
            if not code12 or self._cells[index].code12 == code12:
                return self._cells[index].code
        if code12 in self._by_code:
            indices, polygons = self._by_code[code12]
            nearest = indices[int(np.argmin(shapely.distance(polygons, point)))]
            return self._cells[nearest].code
        return ""
