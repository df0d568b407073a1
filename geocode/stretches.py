"""Parts of a road: the stretch inside a community or a town, and its northern, middle, ... part."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geocode.areas import Areas
from geocode.projection import Projection
from geocode.relative import DIRECTIONS
from geocode.remembered import remembered

SMALLEST_METRES = 20.0
REMEMBERED = 8_192


@dataclass(frozen=True, slots=True)
class Stretch:
    """The middle of a part of a road in projected metres, and half of the part's extent."""

    east: float
    north: float
    accuracy_metres: float


class Stretches:
    """Parts of the roads of a city, worked out when first asked for. Safe from any thread."""

    def __init__(self, roads: Mapping[str, BaseGeometry], areas: Areas, projection: Projection) -> None:
        """`roads` holds the courses by id, in projected metres."""
        self._roads = roads
        self._areas = areas
        self._projection = projection
        self._polygon: Callable[[str], BaseGeometry | None] = remembered(REMEMBERED, self._polygon_in_metres)
        self.inside: Callable[[str, frozenset[str]], Stretch | None] = remembered(REMEMBERED, self._inside)

    def part(self, road_id: str, side: str) -> Stretch | None:
        """The third of a road on one side (a key of `DIRECTIONS`, or 中); None for a road without a course."""
        line = self._roads.get(road_id)
        if line is None:
            return None
        line = _longest(line)
        accuracy = max(SMALLEST_METRES, float(line.length) / 6)
        direction = DIRECTIONS.get(side)
        shares = (0.5,) if direction is None else (1 / 6, 5 / 6)
        points = [line.interpolate(share, normalized=True) for share in shares]
        east, north = direction or (0.0, 0.0)
        best = max(points, key=lambda point: point.x * east + point.y * north)
        return Stretch(float(best.x), float(best.y), accuracy)

    def _inside(self, road_id: str, codes: frozenset[str]) -> Stretch | None:
        """The stretch of a road inside communities, given by their codes; None when it does not touch them."""
        line = self._roads.get(road_id)
        if line is None:
            return None
        pieces = [part for part in (self._cut(line, code) for code in sorted(codes)) if part is not None]
        if not pieces:
            return None
        inside = shapely.line_merge(shapely.union_all(pieces)) if len(pieces) > 1 else pieces[0]
        middle = _longest(inside).interpolate(0.5, normalized=True)
        low_x, low_y, high_x, high_y = inside.bounds
        accuracy = max(SMALLEST_METRES, math.hypot(high_x - low_x, high_y - low_y) / 2)
        return Stretch(float(middle.x), float(middle.y), accuracy)

    def _cut(self, line: BaseGeometry, code12: str) -> BaseGeometry | None:
        polygon = self._polygon(code12)
        if polygon is None:
            return None
        lines = [part for part in _parts(shapely.intersection(line, polygon)) if part.length > 0]
        return shapely.union_all(lines) if lines else None

    def _polygon_in_metres(self, code12: str) -> BaseGeometry | None:
        polygon = self._areas.polygon(code12)
        if polygon is None:
            return None
        many = self._projection.many
        return shapely.transform(polygon, lambda points: many(points[:, 0], points[:, 1]))


def _parts(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    parts: Iterable[BaseGeometry] = getattr(geometry, "geoms", (geometry,))
    return parts


def _longest(line: BaseGeometry) -> BaseGeometry:
    return max(_parts(line), key=lambda part: float(part.length))
