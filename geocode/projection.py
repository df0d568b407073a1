"""Degrees CGCS2000 to metres of the city's projection, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from intake.errors import Permanent

Metres = NDArray[np.float64]


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
        source = target.geodetic_crs or CRS.from_epsg(4490)
        self._forward = Transformer.from_crs(source, target, always_xy=True)
        self._inverse = Transformer.from_crs(target, source, always_xy=True)

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
