"""The city as a plane, good enough to measure distances within a county (error below 0.5 %)."""

from __future__ import annotations

import math
from dataclasses import dataclass

BUCKET_METRES = 200
_METRES_PER_DEGREE_LAT = 110_780.0
_METRES_PER_DEGREE_LON = 111_320.0


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of (0, 0) at a reference latitude, which must not change once cases are stored."""

    reference_latitude: float

    def metres(self, lon: float, lat: float) -> tuple[int, int]:
        """Whole metres east and north of a point in degrees."""
        east = lon * _METRES_PER_DEGREE_LON * math.cos(math.radians(self.reference_latitude))
        return round(east), round(lat * _METRES_PER_DEGREE_LAT)


def bucket(metres: int) -> int:
    """The 200 m bucket a coordinate falls into."""
    return metres // BUCKET_METRES
