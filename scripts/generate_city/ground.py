"""Degrees and metres: the generator thinks in metres of the pack's projection and writes CGCS2000 degrees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

Metres = tuple[float, float]


class Ground:
    """Projection between CGCS2000 degrees and the metres of `projection` (EPSG:4549 for the demo city)."""

    def __init__(self, projection: str) -> None:
        self._to_metres = Transformer.from_crs("EPSG:4490", projection, always_xy=True)
        self._to_degrees = Transformer.from_crs(projection, "EPSG:4490", always_xy=True)

    def metres(self, lon: float, lat: float) -> Metres:
        """Degrees to metres."""
        x, y = self._to_metres.transform(lon, lat)
        return float(x), float(y)

    def degrees(self, points: Sequence[Metres]) -> list[tuple[float, float]]:
        """Metres to degrees of six decimals (a tenth of a metre)."""
        array = np.asarray(points, dtype=float).reshape(-1, 2)
        lons, lats = self._to_degrees.transform(array[:, 0], array[:, 1])
        return [(round(float(lon), 6), round(float(lat), 6)) for lon, lat in zip(lons, lats, strict=True)]

    def shape_in_metres(self, geometry: BaseGeometry) -> BaseGeometry:
        """A geometry of degrees in metres."""
        return shapely.transform(geometry, self._project_array)

    def shape_in_degrees(self, geometry: BaseGeometry) -> BaseGeometry:
        """A geometry of metres in degrees of six decimals."""
        return shapely.transform(geometry, lambda array: np.array(self.degrees(array)))

    def _project_array(self, array: Any) -> Any:
        return np.column_stack(self._to_metres.transform(array[:, 0], array[:, 1]))
