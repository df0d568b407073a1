"""Points and shapes outside the county (faults) or outside their community (warnings)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import shapely

from geocode.areas import Areas
from geocode.checks.ground import Ground
from geocode.pack import PackTables
from geocode.rows import DivisionRow
from intake.pack import Faults

SURROUND_DEGREES = 0.002
TOWN_DEGREES = 0.05
_HALF_CELL_METRES = 50.0
Point = tuple[int, float, float, str]


def check_positions(tables: PackTables, faults: Faults) -> None:
    """Everything that has a place in degrees."""
    near_outline = tables.outline.buffer(SURROUND_DEGREES)
    shapely.prepare(near_outline)
    areas = Areas(tables.outline, tables.communities)
    communities = [row for row in tables.divisions if row[1].level == "community"]
    towns = [row for row in tables.divisions if row[1].level == "town"]
    _check_points("divisions.csv", _centres(communities), (near_outline, areas), faults)
    # Centres of coastal towns in public gazetteers lie off a coarse outline: only far ones are surely wrong.
    _check_points("divisions.csv", _centres(towns), (tables.outline.buffer(TOWN_DEGREES), areas), faults)
    places = [(line, row.lon, row.lat, row.code12) for line, row in tables.places]
    _check_points("places.csv", places, (near_outline, areas), faults)
    doors = [(door.line, door.lon, door.lat, door.code12) for door in tables.doors]
    _check_points("doors.csv", doors, (near_outline, areas), faults)
    drawn = (
        ("roads.geojson", tables.roads),
        ("communities.geojson", tables.communities),
        ("cells.geojson", tables.cell_shapes),
        ("grids.geojson", tables.grid_shapes),
    )
    for file, shapes in drawn:
        for found in shapes:
            if not shapely.covers(near_outline, found.geometry):
                faults.add(file, found.line, f"feature {found.line} lies outside the county outline")


def check_squares(ground: Ground, faults: Faults) -> None:
    """Squares of the raster whose middle lies outside the county."""
    cells = ground.tables.cells
    if not cells:
        return
    middles = np.array([(cell.min_x, cell.min_y) for cell in cells]) + _HALF_CELL_METRES
    degrees = ground.projection.many_degrees(middles)
    outline = ground.tables.outline.buffer(SURROUND_DEGREES)
    shapely.prepare(outline)
    for index in np.flatnonzero(~shapely.contains_xy(outline, degrees[:, 0], degrees[:, 1])):
        cell = cells[int(index)]
        faults.add("cells.csv", cell.line, f"cell {cell.code} lies outside the county outline")


def _centres(rows: list[tuple[int, DivisionRow]]) -> list[Point]:
    return [(line, row.lon, row.lat, row.code12) for line, row in rows if row.lon is not None and row.lat is not None]


def _check_points(file: str, points: Sequence[Point], ground: tuple[shapely.Geometry, Areas], faults: Faults) -> None:
    outline, areas = ground
    spots = shapely.points(np.array([(point[1], point[2]) for point in points]).reshape(-1, 2))
    is_inside = shapely.intersects(outline, spots)
    by_code: dict[str, list[int]] = defaultdict(list)
    for index, point in enumerate(points):
        if is_inside[index]:
            by_code[point[3]].append(index)
        else:
            faults.add(file, point[0], f"{point[1]}, {point[2]} lies outside the county outline (longitude first)")
    for code12, members in by_code.items():
        polygon = areas.polygon(code12)
        if polygon is None:
            continue
        shapely.prepare(polygon)
        for at in np.flatnonzero(~shapely.dwithin(polygon, spots[members], SURROUND_DEGREES / 10)):
            line, lon, lat, _ = points[members[int(at)]]
            faults.warn(file, line, f"{lon}, {lat} lies outside its community {code12}")
