"""Metres and degrees within one county of Fujian: plain and good to a part in a thousand."""

from __future__ import annotations

import math

_LATITUDE = 24.75
METRES_PER_LAT = 110_780.0
METRES_PER_LON = 111_320.0 * math.cos(math.radians(_LATITUDE))

# Steps east and north of the words for directions.
_SLANT = math.sqrt(0.5)
WAYS = {
    "东": (1.0, 0.0),
    "西": (-1.0, 0.0),
    "南": (0.0, -1.0),
    "北": (0.0, 1.0),
    "东北": (_SLANT, _SLANT),
    "西北": (-_SLANT, _SLANT),
    "东南": (_SLANT, -_SLANT),
    "西南": (-_SLANT, -_SLANT),
}


def to_metres(lon: float, lat: float) -> tuple[float, float]:
    """Local metres."""
    return lon * METRES_PER_LON, lat * METRES_PER_LAT


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two points in degrees."""
    return math.dist(to_metres(*one), to_metres(*other))


def moved(lon: float, lat: float, way: str, metres: float) -> tuple[float, float]:
    """A point so many metres to the east, north ..., in degrees."""
    east, north = WAYS[way]
    return lon + east * metres / METRES_PER_LON, lat + north * metres / METRES_PER_LAT
