"""The raster of squares: those that are missing, stand twice, or lie beside the raster or their community."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geocode.cells import SIDE_METRES
from geocode.checks.ground import Ground
from geocode.pack import Cell
from intake.pack import Faults

FILE = "cells.csv"
# Borders are rounded to a decimetre: a middle so near to one may have been counted to either side.
EDGE_METRES = 2.0
ASTRAY_METRES = 150.0
Squares = Mapping[str, dict[tuple[int, int], Cell]]


def check_raster(ground: Ground, faults: Faults) -> None:
    """Faults: squares that are missing in a community without polygons, overlap, or lie beside the raster. Warnings:
    squares far from their community."""
    cells = ground.tables.cells
    if not cells:
        return
    offset = np.array([cells[0].min_x, cells[0].min_y]) % SIDE_METRES
    squares: dict[str, dict[tuple[int, int], Cell]] = defaultdict(dict)
    for cell in cells:
        squares[cell.code12].setdefault((round(cell.min_x), round(cell.min_y)), cell)
    _check_places(ground, offset, faults)
    _check_shared(ground, squares, faults)
    _check_missing(ground, squares, offset, faults)


def _check_places(ground: Ground, offset: NDArray[np.float64], faults: Faults) -> None:
    """A square beside the raster overlaps four others."""
    cells = ground.tables.cells
    corners = np.array([(cell.min_x, cell.min_y) for cell in cells])
    beside = np.abs((corners - offset + SIDE_METRES / 2) % SIDE_METRES - SIDE_METRES / 2).max(axis=1) > 1.0
    for index in np.flatnonzero(beside).tolist():
        cell = cells[index]
        faults.add(FILE, cell.line, f"cell {cell.code} lies beside the raster of the others and overlaps them")
    members: dict[str, list[int]] = defaultdict(list)
    for index, cell in enumerate(cells):
        members[cell.code12].append(index)
    middles = shapely.points(corners + SIDE_METRES / 2)
    for code12, indices in members.items():
        polygon = ground.communities.get(code12)
        if polygon is not None:
            shapely.prepare(polygon)
            for at in np.flatnonzero(~shapely.dwithin(polygon, middles[indices], ASTRAY_METRES)).tolist():
                cell = cells[indices[at]]
                faults.warn(FILE, cell.line, f"cell {cell.code} lies outside its community {code12}")


def _check_shared(ground: Ground, squares: Squares, faults: Faults) -> None:
    """A square belongs to the community that holds its middle; another one may have it only for want of any other."""
    owners: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for members in squares.values():
        for corner, cell in members.items():
            owners[corner].append(cell)
    for (x, y), sharing in owners.items():
        if len(sharing) == 1:
            continue
        middle = shapely.Point(x + SIDE_METRES / 2, y + SIDE_METRES / 2)
        for cell in sharing:
            polygon = ground.communities.get(cell.code12)
            holds = polygon is not None and bool(polygon.intersects(middle))
            if not holds and len(squares[cell.code12]) > 1:
                other = next(one for one in sharing if one is not cell)
                words = f"cell {cell.code} overlaps cell {other.code} (line {other.line}), whose community holds it"
                faults.add(FILE, cell.line, words)


def _check_missing(ground: Ground, squares: Squares, offset: NDArray[np.float64], faults: Faults) -> None:
    """Told where the community's squares begin; where it has none, in the row of the community."""
    drawn = {cell.text("code12") for cell in ground.tables.cell_shapes}
    lines = {row.code12: line for line, row in ground.tables.divisions}
    for code12, polygon in ground.communities.items():
        if code12 in drawn:
            continue
        have = squares.get(code12, {})
        wanted = [(round(x), round(y)) for x, y in squares_within(polygon, offset, EDGE_METRES).tolist()]
        missing = [corner for corner in wanted if corner not in have]
        if missing:
            x, y = missing[0]
            words = f"{len(missing)} of {len(wanted)} squares of community {code12} are missing, such as {x}, {y}"
            if have:
                faults.add(FILE, min(cell.line for cell in have.values()), words)
            else:
                faults.add("divisions.csv", lines.get(code12, 0), f"{words}, in {FILE}")


def squares_within(polygon: BaseGeometry, offset: NDArray[np.float64], inset_metres: float) -> NDArray[np.float64]:
    """Lower left corners, shape (n, 2), of the squares of a raster whose middle lies in a polygon and as far from its
    border; metres."""
    west, south, east, north = polygon.bounds
    first = np.floor((np.array([west, south]) - offset) / SIDE_METRES).astype(int)
    last = np.ceil((np.array([east, north]) - offset) / SIDE_METRES).astype(int)
    columns, rows = np.meshgrid(np.arange(first[0], last[0]), np.arange(first[1], last[1]))
    corners = np.column_stack((columns.ravel(), rows.ravel())) * SIDE_METRES + offset
    middles = corners + SIDE_METRES / 2
    inner = polygon.buffer(-inset_metres) if inset_metres else polygon
    shapely.prepare(inner)
    found: NDArray[np.float64] = corners[shapely.contains_xy(inner, middles[:, 0], middles[:, 1])]
    return found
