"""The tables of a pack in projected metres, worked out once for all checks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geocode.pack import PackTables
from geocode.projection import Metres, Projection, in_metres


@dataclass
class Ground:
    """What the checks share. Rows keep the order of their tables."""

    tables: PackTables
    projection: Projection

    @cached_property
    def county(self) -> BaseGeometry:
        """The outline."""
        return in_metres(self.tables.outline, self.projection)

    @cached_property
    def communities(self) -> dict[str, BaseGeometry]:
        """Polygon of each community by its code."""
        return {one.text("code12"): in_metres(one.geometry, self.projection) for one in self.tables.communities}

    @cached_property
    def roads(self) -> dict[str, BaseGeometry]:
        """Course of each road by its id."""
        return {road.text("id"): in_metres(road.geometry, self.projection) for road in self.tables.roads}

    @cached_property
    def places(self) -> Metres:
        """Points of places.csv, shape (n, 2)."""
        rows = [row for _, row in self.tables.places]
        return self.projection.many([row.lon for row in rows], [row.lat for row in rows])

    @cached_property
    def doors(self) -> Metres:
        """Points of doors.csv, shape (n, 2)."""
        doors = self.tables.doors
        return self.projection.many([door.lon for door in doors], [door.lat for door in doors])

    @cached_property
    def cell_shapes(self) -> NDArray[np.object_]:
        """Polygons of cells.geojson."""
        return geometries([in_metres(one.geometry, self.projection) for one in self.tables.cell_shapes])


def geometries(shapes: list[BaseGeometry]) -> NDArray[np.object_]:
    """Geometries as an array, also when there is one or none."""
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found
