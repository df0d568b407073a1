"""From the coordinates of a file to degrees CGCS2000."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geocode.datum import Degrees, many_to_cgcs2000
from geocode.loading.sources import Geometries
from intake.errors import Invalid
from intake.model import Datum

DEGREE_DIGITS = 7
Way = Callable[[Degrees], Degrees]


def way_to_degrees(spelling: str, local: str) -> Way:
    """The way from a system, by its EPSG code, PROJ string, datum or `local` (the city's own plane). Raises Invalid."""
    word = spelling.strip().lower()
    if word in {datum.value for datum in Datum}:
        return lambda points: many_to_cgcs2000(points, Datum(word))
    try:
        source = CRS.from_user_input(local if word == "local" else spelling)
        transformer = Transformer.from_crs(source, "EPSG:4490", always_xy=True)
    except CRSError as error:
        raise Invalid(
            f"不认识坐标系“{spelling}”，请写 EPSG 代码、PROJ 字符串、gcj02、bd09 或 local",
            f"Unknown system {spelling!r}: give an EPSG code, a PROJ string, gcj02, bd09 or local",
        ) from error
    return lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1]))


def in_degrees(geometries: Geometries, way: Way) -> Geometries:
    """The same geometries in degrees CGCS2000 of seven decimals (a centimetre); flat."""

    def turn(points: Degrees) -> Degrees:
        return np.round(way(np.asarray(points, dtype=float)), DEGREE_DIGITS)

    return np.asarray(shapely.transform(shapely.force_2d(geometries), turn), dtype=object)
