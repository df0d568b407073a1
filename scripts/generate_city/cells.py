"""Unit grid cells: a raster of 100 m in projected metres, each cell of the community that holds its centre."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import shapely

from scripts.generate_city.areas import Area

CELL_METRES = 100

Cell = tuple[str, str, int, int]


class Holder:
    """Which community holds a point of metres; the nearest one for points that none holds."""

    def __init__(self, areas: list[Area]) -> None:
        self._areas = areas
        self._tree = shapely.STRtree([area.polygon for area in areas])

    def codes(self, points: list[tuple[float, float]]) -> list[str]:
        """The 12-digit codes of points, in order."""
        shapes = shapely.points(np.asarray(points, dtype=float))
        nearest = self._tree.nearest(shapes)
        return [self._areas[int(index)].community.code12 for index in nearest]

    def held(self, points: np.ndarray) -> list[tuple[int, str]]:
        """(index of the point, code) of the points that lie inside a community."""
        pairs = self._tree.query(shapely.points(points), predicate="within")
        return [
            (int(point), self._areas[int(area)].community.code12)
            for point, area in zip(pairs[0], pairs[1], strict=True)
        ]


def make_cells(areas: list[Area], holder: Holder) -> list[Cell]:
    """(cell code, code12, min_x, min_y): three digits more than the community's code, north to south, then west to
    east inside the community. Raises ValueError when a community has more than 999."""
    bounds = np.array([area.polygon.bounds for area in areas])
    west, south = (math.floor(value / CELL_METRES) for value in bounds[:, :2].min(axis=0))
    east, north = (math.ceil(value / CELL_METRES) for value in bounds[:, 2:].max(axis=0))
    columns, rows = np.meshgrid(np.arange(west, east), np.arange(south, north))
    corners = np.column_stack([columns.ravel(), rows.ravel()]) * CELL_METRES
    by_code: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for index, code12 in holder.held(corners + CELL_METRES / 2):
        by_code[code12].append((int(corners[index][0]), int(corners[index][1])))
    cells: list[Cell] = []
    for code12, members in sorted(by_code.items()):
        if len(members) > 999:
            raise ValueError(f"{code12} has {len(members)} cells: three digits do not number them")
        members.sort(key=lambda corner: (-corner[1], corner[0]))
        cells.extend((f"{code12}{place:03}", code12, x, y) for place, (x, y) in enumerate(members, start=1))
    return cells
