"""Cells that overlap, or leave a part of their community to nobody."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geocode.cells import SIDE_METRES
from geocode.checks.ground import Ground
from intake.pack import Faults

FILE = "cells.geojson"
# Borders that were drawn twice differ by a metre or two; slivers narrower than this are no gap and no overlap.
SLIVER_METRES = 2.0
LEAST_SQUARE_METRES = 100.0


def check_cell_shapes(ground: Ground, faults: Faults) -> None:
    """Polygons: codes, overlaps, and gaps in each community that has any."""
    cells = ground.tables.cell_shapes
    if not cells:
        return
    _check_overlaps(ground, faults)
    members: dict[str, list[int]] = defaultdict(list)
    for index, cell in enumerate(cells):
        members[cell.text("code12")].append(index)
    lines = {one.text("code12"): one.line for one in ground.tables.communities}
    for code12, indices in members.items():
        polygon = ground.communities.get(code12)
        if polygon is None:
            continue
        gap = _core(shapely.difference(polygon, shapely.union_all(ground.cell_shapes[indices])))
        if gap.area >= LEAST_SQUARE_METRES:
            where = _where(gap, ground)
            words = f"the cells of community {code12} leave {gap.area:.0f} m2 of it open, at {where}"
            faults.add(FILE, cells[indices[0]].line, f"{words} (feature {lines[code12]} of communities.geojson)")
        for index in indices:
            outside = _core(shapely.difference(ground.cell_shapes[index], polygon))
            if outside.area >= LEAST_SQUARE_METRES:
                words = f"cell {cells[index].text('code')} reaches {outside.area:.0f} m2 beyond its community {code12}"
                faults.warn(FILE, cells[index].line, words)


def _check_overlaps(ground: Ground, faults: Faults) -> None:
    cells, polygons = ground.tables.cell_shapes, ground.cell_shapes
    firsts, seconds = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    ordered = firsts < seconds
    firsts, seconds = firsts[ordered], seconds[ordered]
    shared = shapely.intersection(polygons[firsts], polygons[seconds])
    for first, second, part in zip(firsts.tolist(), seconds.tolist(), shared, strict=True):
        if part.area > 0 and (square_metres := _core(part).area) >= LEAST_SQUARE_METRES:
            one, other = cells[second], cells[first]
            words = f"cell {one.text('code')} overlaps cell {other.text('code')} (feature {other.line})"
            faults.add(FILE, one.line, f"{words} by {square_metres:.0f} m2")


def _core(part: BaseGeometry) -> BaseGeometry:
    """What is left without slivers."""
    half = SLIVER_METRES / 2
    return part.buffer(-half).buffer(half) if part.area > 0 else part


def _where(part: BaseGeometry, ground: Ground) -> str:
    inner = part.representative_point()
    lon, lat = ground.projection.degrees(inner.x, inner.y)
    return f"{lon:.6f}, {lat:.6f}"


def check_raster(ground: Ground, faults: Faults) -> None:
    """Squares whose middle lies in a community that has no polygons, and that the table does not have."""
    tables = ground.tables
    drawn = {cell.text("code12") for cell in tables.cell_shapes}
    rastered = {code12: polygon for code12, polygon in ground.communities.items() if code12 not in drawn}
    if not rastered or not tables.cells:
        return
    offset = np.array([tables.cells[0].min_x, tables.cells[0].min_y]) % SIDE_METRES
    have: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for cell in tables.cells:
        have[cell.code12].add((round(cell.min_x), round(cell.min_y)))
    lines = {row.code12: line for line, row in tables.divisions}
    for code12, polygon in rastered.items():
        wanted = squares_within(polygon, offset, SLIVER_METRES)
        corners = [(round(x), round(y)) for x, y in wanted.tolist()]
        missing = [corner for corner in corners if corner not in have[code12]]
        if missing:
            x, y = missing[0]
            words = (
                f"{len(missing)} of {len(corners)} squares of community {code12}, the first at {x}, {y}, are missing"
            )
            faults.add("divisions.csv", lines.get(code12, 0), f"{words} in cells.csv")


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
