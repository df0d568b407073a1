"""The outline of the county and the polygons of its communities."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from geocode.pack import Shape

METRES_PER_DEGREE = 111_320.0
NEAR_LIMIT_METRES = 500.0


class Areas:
    """Which community holds a point, degrees CGCS2000. Immutable, safe from any thread."""

    def __init__(self, outline: BaseGeometry, communities: Sequence[Shape]) -> None:
        shapely.prepare(outline)
        self._outline = outline
        self._codes = [str(found.properties["code12"]) for found in communities]
        self._polygons = [found.geometry for found in communities]
        self._tree = shapely.STRtree(self._polygons)
        self._by_code = dict(zip(self._codes, self._polygons, strict=True))

    def inside(self, lon: float, lat: float) -> bool:
        """Whether the point lies in the county."""
        return bool(shapely.intersects_xy(self._outline, lon, lat))

    def code_at(self, lon: float, lat: float) -> str:
        """The community at a point, or the nearest within 500 m (slivers between polygons); empty when none."""
        if not self._codes:
            return ""
        point = shapely.Point(lon, lat)
        holding = self._tree.query(point, predicate="intersects")
        if len(holding):
            first: str = min(self._codes[int(index)] for index in holding)
            return first
        nearest = int(self._tree.nearest(point))
        near = self._polygons[nearest].distance(point) * METRES_PER_DEGREE <= NEAR_LIMIT_METRES
        return self._codes[nearest] if near else ""

    def codes_along(self, lines: Sequence[BaseGeometry]) -> list[frozenset[str]]:
        """The communities each line runs through."""
        found: list[set[str]] = [set() for _ in lines]
        if lines and self._codes:
            for line, polygon in self._tree.query(list(lines), predicate="intersects").T:
                found[int(line)].add(self._codes[int(polygon)])
        return [frozenset(codes) for codes in found]

    def polygon(self, code12: str) -> BaseGeometry | None:
        """The polygon of a community, degrees; None when the pack has none."""
        return self._by_code.get(code12)

    def polygons_of(self, code9: str) -> list[BaseGeometry]:
        """The polygons of a town's communities."""
        return [polygon for code, polygon in self._by_code.items() if code.startswith(code9)]
