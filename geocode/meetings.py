"""Where roads meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

# Lines of surveyed roads end short of each other by a carriageway.
MEET_METRES = 15.0
_SAME_METRES = 30.0


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two roads, by their places in the list, and a point in projected metres where they meet."""

    first: int
    second: int
    east: float
    north: float


def meetings(lines: Sequence[BaseGeometry]) -> list[Meeting]:
    """Every point where two of the lines come within 15 m, lines in projected metres; points nearer to each other than
    30 m are one."""
    if not len(lines):
        return []
    array = np.asarray(lines, dtype=object)
    firsts, seconds = shapely.STRtree(array).query(array, predicate="dwithin", distance=MEET_METRES)
    ordered = firsts < seconds
    firsts, seconds = firsts[ordered], seconds[ordered]
    crossed = shapely.intersection(array[firsts], array[seconds])
    nearest = shapely.shortest_line(array[firsts], array[seconds])
    found: list[Meeting] = []
    for first, second, shared, near in zip(firsts.tolist(), seconds.tolist(), crossed, nearest, strict=True):
        for east, north in _apart(_spots(shared) or [_middle(near)]):
            found.append(Meeting(first, second, east, north))
    return found


def _spots(shared: BaseGeometry) -> list[tuple[float, float]]:
    parts = [part for part in getattr(shared, "geoms", [shared]) if not part.is_empty]
    points = [part if part.geom_type == "Point" else part.interpolate(0.5, normalized=True) for part in parts]
    return [(float(point.x), float(point.y)) for point in points]


def _middle(line: BaseGeometry) -> tuple[float, float]:
    point = line.interpolate(0.5, normalized=True)
    return float(point.x), float(point.y)


def _apart(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for east, north in points:
        if all(abs(east - x) > _SAME_METRES or abs(north - y) > _SAME_METRES for x, y in kept):
            kept.append((east, north))
    return kept
