"""Unit grid cells of a pack with their responsibility grids: sets of cells that have one inspector."""

from __future__ import annotations

import numpy as np
import shapely

from geocode.cells import SIDE_METRES, CellGrid, DrawnCell
from geocode.pack import PackTables
from geocode.projection import Projection, in_metres


def build_cells(tables: PackTables, projection: Projection) -> CellGrid:
    """The cells of the tables and whose each of them is."""
    drawn = [
        DrawnCell(shape.text("code"), shape.text("code12"), in_metres(shape.geometry, projection))
        for shape in tables.cell_shapes
    ]
    return CellGrid(tables.cells, drawn, grids_of_cells(tables, drawn, projection))


def grids_of_cells(tables: PackTables, drawn: list[DrawnCell], projection: Projection) -> dict[str, str]:
    """The grid of each cell by its code: as grids.csv names it, else the polygon of grids.geojson that holds it."""
    found = {row.cell: row.grid for row in tables.grids}
    if not tables.grid_shapes:
        return found
    codes = [cell.code for cell in tables.cells] + [cell.code for cell in drawn]
    half = SIDE_METRES / 2
    middles = [(cell.min_x + half, cell.min_y + half) for cell in tables.cells]
    for cell in drawn:
        inner = cell.polygon.representative_point()
        middles.append((inner.x, inner.y))
    grids = sorted(tables.grid_shapes, key=lambda shape: shape.text("code"))
    tree = shapely.STRtree([in_metres(shape.geometry, projection) for shape in grids])
    points = shapely.points(np.asarray(middles).reshape(-1, 2))
    held = tree.query(points, predicate="intersects").T.tolist()
    for point, polygon in sorted(held):
        found.setdefault(codes[point], grids[polygon].text("code"))
    return found
