"""Whether a point was given in another datum than it says: what is off in one and right in another."""

from __future__ import annotations

import math

from geocode.areas import METRES_PER_DEGREE, Areas
from geocode.datum import to_cgcs2000
from intake.model import Datum, GivenPoint, PlaceCandidate, Precision

# The outline of a county is rarely better than this: nearer to it nothing is said.
OUTSIDE_METRES = 100.0
# GCJ-02 and BD-09 lie 500 to 1,300 m off: less cannot be told from careless words.
_GAIN_METRES = 300.0
_POINT_METRES = 50.0
_SHARP = (Precision.DOOR, Precision.CROSSING, Precision.LANDMARK, Precision.INTERPOLATED, Precision.POINT)
# Telephones and WeChat speak GCJ-02, so it is the first guess.
_LIKELY = (Datum.GCJ02, Datum.BD09, Datum.WGS84)


class DatumAlarm:
    """Immutable, safe from any thread."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas

    def suspect(self, point: GivenPoint, named: PlaceCandidate | None = None) -> Datum | None:
        """The datum the point is probably in, when the stated one puts it well outside the county, or well off the
        sharp place that the words name, and this one does not; None when there is no reason to doubt."""
        if not (math.isfinite(point.lon) and abs(point.lon) <= 180 and abs(point.lat) <= 90):
            return None
        others = [datum for datum in _LIKELY if not _same(datum, point.datum)]
        if self._is_outside(to_cgcs2000(point)):
            inside = [datum for datum in others if self._inside(_as(point, datum))]
            if named is not None and len(inside) > 1:
                return min(inside, key=lambda datum: _metres(_as(point, datum), named))
            return inside[0] if inside else None
        return self._off_its_name(point, named, others) if named is not None else None

    def _off_its_name(self, point: GivenPoint, named: PlaceCandidate, others: list[Datum]) -> Datum | None:
        if named.precision not in _SHARP:
            return None
        near = named.accuracy_metres + max(point.accuracy_metres or 0.0, _POINT_METRES)
        stated = _metres(to_cgcs2000(point), named)
        best = min(others, key=lambda datum: _metres(_as(point, datum), named))
        other = _metres(_as(point, best), named)
        is_better = other <= near and stated > near and stated - other >= _GAIN_METRES
        return best if is_better and self._inside(_as(point, best)) else None

    def _inside(self, exact: GivenPoint) -> bool:
        return self._areas.inside(exact.lon, exact.lat)

    def _is_outside(self, exact: GivenPoint) -> bool:
        return not self._inside(exact) and self._areas.metres_outside(exact.lon, exact.lat) > OUTSIDE_METRES


def _same(one: Datum, other: Datum) -> bool:
    twins = (Datum.WGS84, Datum.CGCS2000)
    return one == other or (one in twins and other in twins)


def _as(point: GivenPoint, datum: Datum) -> GivenPoint:
    """The numbers of the point, read in another datum."""
    return to_cgcs2000(GivenPoint(point.lon, point.lat, datum, point.accuracy_metres))


def _metres(exact: GivenPoint, named: PlaceCandidate) -> float:
    east = (exact.lon - named.lon) * math.cos(math.radians(named.lat))
    return math.hypot(east, exact.lat - named.lat) * METRES_PER_DEGREE
