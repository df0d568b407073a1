"""Places: what was given, what was found, and how sure we are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Datum(StrEnum):
    """Coordinate datums that occur in Chinese reports. CGCS2000 equals WGS84 at this accuracy; GCJ-02 is 564 m away."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Precision(StrEnum):
    """How a place was found, from the sharpest to the vaguest."""

    POINT = "point"
    DOOR = "door"
    INTERPOLATED = "interpolated"
    CROSSING = "crossing"
    LANDMARK = "landmark"
    ROAD = "road"
    COMMUNITY = "community"
    TOWN = "town"

    @property
    def zh(self) -> str:
        """What it is called in reasons."""
        return _PRECISION_NAMES[self]


_PRECISION_NAMES = {
    Precision.POINT: "点位",
    Precision.DOOR: "门牌",
    Precision.INTERPOLATED: "门牌推算",
    Precision.CROSSING: "路口",
    Precision.LANDMARK: "地标",
    Precision.ROAD: "道路",
    Precision.COMMUNITY: "社区",
    Precision.TOWN: "镇街",
}


@dataclass(frozen=True, slots=True)
class GivenPoint:
    """A point as the sender gave it: degrees in the stated datum, accuracy in metres if known."""

    lon: float
    lat: float
    datum: Datum
    accuracy_metres: float | None = None


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """One place the words or a point may mean. `lon`, `lat` in degrees CGCS2000; `code12` is the community that
    contains the place; `span` is the part of the text that names it, `[start, end)`; confidence 0-1; `grid` is the
    responsibility grid of the cell, empty where the city has none."""

    name: str
    code12: str
    lon: float
    lat: float
    precision: Precision
    accuracy_metres: float
    cell: str
    confidence: float
    span: tuple[int, int]
    reasons: tuple[str, ...] = ()
    datum: Datum = Datum.CGCS2000
    grid: str = ""


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """Candidates, best first, and the question to ask back when they do not decide (in words, zh)."""

    text: str
    candidates: tuple[PlaceCandidate, ...]
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a case is. Degrees CGCS2000; `cell` is the grid cell code; `found_by` says which evidence decided."""

    lon: float
    lat: float
    accuracy_metres: float
    precision: Precision
    address: str
    code12: str
    cell: str
    confidence: float
    found_by: str
    runners_up: tuple[PlaceCandidate, ...] = ()
    datum: Datum = Datum.CGCS2000
