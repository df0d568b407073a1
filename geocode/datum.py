"""Coordinate datums of Chinese reports and the ways between them, in degrees.

GCJ-02 shifts WGS84 by a closed formula on the Krasovsky ellipsoid, inside a box around China only: outside, maps do not
shift and the formula has no meaning (at a pole it divides by zero). The inverse is found by iteration until it moves by
less than 1e-12 degrees. BD-09 is one polar shift on top of GCJ-02. CGCS2000 equals WGS84 at this accuracy.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intake.model import Datum, GivenPoint

_AXIS_METRES = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD_ANGLE = math.pi * 3000.0 / 180.0
_STEP_LIMIT = 30
_WEST, _EAST = 72.004, 137.8347
_SOUTH, _NORTH = 0.8293, 55.8271
_STEP_DEGREES = 1e-12

Shift = Callable[[float, float], tuple[float, float]]
Degrees = NDArray[np.float64]


def _shift_degrees(lon: Any, lat: Any, functions: Any) -> tuple[Any, Any]:
    """How far GCJ-02 lies east and north of WGS84. Numbers with `math` as `functions`, or arrays with numpy."""
    sin, cos, sqrt = functions.sin, functions.cos, functions.sqrt
    x, y = lon - 105.0, lat - 35.0
    ripple = (20.0 * sin(6.0 * x * math.pi) + 20.0 * sin(2.0 * x * math.pi)) * 2.0 / 3.0
    root = sqrt(abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20.0 * sin(y * math.pi) + 40.0 * sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * math.pi) + 320.0 * sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20.0 * sin(x * math.pi) + 40.0 * sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * math.pi) + 300.0 * sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    radians = lat * (math.pi / 180.0)
    magic = 1.0 - _ECCENTRICITY_SQUARED * sin(radians) ** 2
    root = sqrt(magic)
    metres_lat = (_AXIS_METRES * (1.0 - _ECCENTRICITY_SQUARED)) / (magic * root) * math.pi
    metres_lon = _AXIS_METRES / root * cos(radians) * math.pi
    return east * 180.0 / metres_lon, north * 180.0 / metres_lat


def _shifted_here(lon: float, lat: float) -> bool:
    return _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH


def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Degrees WGS84 to degrees GCJ-02; outside the box around China the point stays as it is."""
    if not _shifted_here(lon, lat):
        return lon, lat
    east, north = _shift_degrees(lon, lat, math)
    return lon + east, lat + north


def gcj02_to_bd09(lon: float, lat: float) -> tuple[float, float]:
    """Degrees GCJ-02 to degrees BD-09."""
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_ANGLE)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_ANGLE)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def _inverse(forward: Shift, lon: float, lat: float) -> tuple[float, float]:
    guess_lon, guess_lat = lon, lat
    for _ in range(_STEP_LIMIT):
        seen_lon, seen_lat = forward(guess_lon, guess_lat)
        step_lon, step_lat = lon - seen_lon, lat - seen_lat
        guess_lon, guess_lat = guess_lon + step_lon, guess_lat + step_lat
        if abs(step_lon) < _STEP_DEGREES and abs(step_lat) < _STEP_DEGREES:
            break
    return guess_lon, guess_lat


def gcj02_to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """Degrees GCJ-02 to degrees WGS84, within 1e-6 m."""
    return _inverse(wgs84_to_gcj02, lon, lat)


def bd09_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Degrees BD-09 to degrees GCJ-02, within 1e-6 m."""
    return _inverse(gcj02_to_bd09, lon, lat)


def convert(lon: float, lat: float, source: Datum, target: Datum) -> tuple[float, float]:
    """Degrees in `source` to degrees in `target`."""
    return _from_wgs84(*_to_wgs84(lon, lat, source), target)


def to_cgcs2000(point: GivenPoint) -> GivenPoint:
    """The same point in CGCS2000, its accuracy kept."""
    lon, lat = _to_wgs84(point.lon, point.lat, point.datum)
    return GivenPoint(lon, lat, Datum.CGCS2000, point.accuracy_metres)


def many_to_cgcs2000(points: Degrees, source: Datum) -> Degrees:
    """Many points at once, shape (n, 2), longitude first: for files that are loaded."""
    match source:
        case Datum.WGS84 | Datum.CGCS2000:
            return points
        case Datum.GCJ02:
            return _many_inverse(_many_to_gcj02, points)
        case Datum.BD09:
            return _many_inverse(_many_to_gcj02, _many_inverse(_many_to_bd09, points))


def _many_to_gcj02(points: Degrees) -> Degrees:
    lon, lat = points[:, 0], points[:, 1]
    here = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    shift = np.column_stack(_shift_degrees(np.where(here, lon, 105.0), np.where(here, lat, 35.0), np))
    return points + np.where(here[:, None], shift, 0.0)


def _many_to_bd09(points: Degrees) -> Degrees:
    lon, lat = points[:, 0], points[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_ANGLE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_ANGLE)
    return np.column_stack((radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006))


def _many_inverse(forward: Callable[[Degrees], Degrees], points: Degrees) -> Degrees:
    guess = points.copy()
    for _ in range(_STEP_LIMIT if len(points) else 0):
        step = points - forward(guess)
        guess += step
        if float(np.abs(step).max()) < _STEP_DEGREES:
            break
    return guess


def _to_wgs84(lon: float, lat: float, source: Datum) -> tuple[float, float]:
    match source:
        case Datum.WGS84 | Datum.CGCS2000:
            return lon, lat
        case Datum.GCJ02:
            return gcj02_to_wgs84(lon, lat)
        case Datum.BD09:
            return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _from_wgs84(lon: float, lat: float, target: Datum) -> tuple[float, float]:
    match target:
        case Datum.WGS84 | Datum.CGCS2000:
            return lon, lat
        case Datum.GCJ02:
            return wgs84_to_gcj02(lon, lat)
        case Datum.BD09:
            return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
