"""Degrees CGCS2000 to metres of the city's projection, or of a plane that other systems speak in, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from geocode.datum import to_cgcs2000
from intake.errors import Permanent
from intake.model import Datum, GivenPoint

Metres = NDArray[np.float64]
_CGCS2000 = "EPSG:4490"


class UnknownProjection(Permanent):
    """The projection of city.toml is neither a code nor a PROJ string in metres."""

    code = "unknown-projection"


class Projection:
    """One projected system in metres; safe to share between threads."""

    def __init__(self, spelling: str) -> None:
        """`spelling` is an EPSG code such as `EPSG:4549` or a PROJ string. Raises UnknownProjection."""
        try:
            target = CRS.from_user_input(spelling)
        except CRSError as error:
            raise UnknownProjection(
                f"不认识投影“{spelling}”，请写 EPSG 代码或 PROJ 字符串。",
                f"Unknown projection {spelling!r}: give an EPSG code or a PROJ string.",
            ) from error
        if not target.is_projected or target.axis_info[0].unit_conversion_factor != 1.0:
            raise UnknownProjection(
                f"投影“{spelling}”的单位不是米。", f"Projection {spelling!r} does not measure in metres."
            )
        self._forward = Transformer.from_crs(_CGCS2000, target, always_xy=True)
        self._inverse = Transformer.from_crs(target, _CGCS2000, always_xy=True)

    def metres(self, lon: float, lat: float) -> tuple[float, float]:
        """East and north in metres of one point."""
        return cast("tuple[float, float]", self._forward.transform(lon, lat))

    def degrees(self, east: float, north: float) -> tuple[float, float]:
        """Longitude and latitude of one point."""
        return cast("tuple[float, float]", self._inverse.transform(east, north))

    def many(self, lons: Sequence[float], lats: Sequence[float]) -> Metres:
        """East and north of many points, shape (n, 2)."""
        if not len(lons):
            return np.empty((0, 2))
        east, north = self._forward.transform(np.asarray(lons, dtype=float), np.asarray(lats, dtype=float))
        return np.column_stack((east, north))

    def many_degrees(self, points: Metres) -> Metres:
        """Longitudes and latitudes of points in metres, both of shape (n, 2)."""
        lons, lats = self._inverse.transform(points[:, 0], points[:, 1])
        return np.column_stack((lons, lats))

    def given(self, east: float, north: float, accuracy_metres: float | None = None) -> GivenPoint:
        """A point of this plane as the rest of the hub knows points. Raises UnknownProjection off the plane."""
        lon, lat = self.degrees(east, north)
        if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):
            raise UnknownProjection(
                f"（{east}, {north}）不在这个投影的范围内。", f"({east}, {north}) lies off this projection."
            )
        return GivenPoint(lon, lat, Datum.CGCS2000, accuracy_metres)

    def of(self, point: GivenPoint) -> tuple[float, float]:
        """East and north in metres of a point in any datum."""
        exact = to_cgcs2000(point)
        return self.metres(exact.lon, exact.lat)


def in_metres(geometry: BaseGeometry, projection: Projection) -> BaseGeometry:
    """A geometry of degrees in projected metres."""
    return shapely.transform(geometry, lambda points: projection.many(points[:, 0], points[:, 1]))
