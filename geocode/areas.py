"""The outline of the county and the polygons of its communities."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
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

    def metres_outside(self, lon: float, lat: float) -> float:
        """How far a point lies from the county, roughly; 0 inside."""
        shrink = math.cos(math.radians(lat))
        near = shapely.shortest_line(self._outline, shapely.Point(lon, lat))
        (east, north), (here_east, here_north) = near.coords
        return math.hypot((east - here_east) * shrink, north - here_north) * METRES_PER_DEGREE

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

    def codes_at(self, points: NDArray[np.float64]) -> list[str]:
        """The same of many points at once, shape (n, 2), longitude first."""
        if not self._codes or not len(points):
            return [""] * len(points)
        shapes = shapely.points(points)
        found = [""] * len(points)
        for point, polygon in self._tree.query(shapes, predicate="intersects").T.tolist():
            code = self._codes[polygon]
            found[point] = min(found[point] or code, code)
        for index in [index for index, code in enumerate(found) if not code]:
            found[index] = self.code_at(float(points[index, 0]), float(points[index, 1]))
        return found

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
