"""Cells that overlap, or leave a part of their community to nobody."""

from __future__ import annotations

from collections import defaultdict

import shapely
from shapely.geometry.base import BaseGeometry

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
