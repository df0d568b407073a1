"""Points that lie in another town than their code says: more than a careless border."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import shapely

from geocode.checks.ground import Ground, geometries
from geocode.projection import Metres
from intake.pack import Faults

OUTSIDE_METRES = 300.0


def check_towns(ground: Ground, faults: Faults) -> None:
    """A place or door farther than 300 m outside the town of its code is a fault."""
    parts: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for code12, polygon in ground.communities.items():
        parts[code12[:9]].append(polygon)
    towns = {code9: shapely.union_all(geometries(polygons)) for code9, polygons in parts.items()}
    for town in towns.values():
        shapely.prepare(town)
    rows = ground.tables.places
    # The middle of a long road may lie in any town; a point outside the county is told where points are looked at.
    kept = [index for index, (_, row) in enumerate(rows) if row.kind != "road"]
    places = [(rows[index][0], rows[index][1].code12) for index in kept]
    _check("places.csv", places, ground.places[kept], (towns, ground.county), faults)
    doors = [(door.line, door.code12) for door in ground.tables.doors]
    _check("doors.csv", doors, ground.doors, (towns, ground.county), faults)


def _check(
    file: str,
    rows: Sequence[tuple[int, str]],
    points: Metres,
    land: tuple[dict[str, shapely.Geometry], shapely.Geometry],
    faults: Faults,
) -> None:
    towns, county = land
    by_town: dict[str, list[int]] = defaultdict(list)
    for index, (_, code12) in enumerate(rows):
        by_town[code12[:9]].append(index)
    for code9, members in by_town.items():
        if code9 not in towns:
            continue
        shapes = shapely.points(points[members])
        for at in np.flatnonzero(~shapely.intersects(towns[code9], shapes)):
            metres = float(shapely.distance(towns[code9], shapes[at]))
            if metres > OUTSIDE_METRES and shapely.intersects(county, shapes[at]):
                line, code12 = rows[members[int(at)]]
                faults.add(file, line, f"the point lies {metres:.0f} m outside the town of {code12}")
