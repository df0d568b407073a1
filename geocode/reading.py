"""One reading of one mention: the place, what was said after it, and how sure it is. Steps make better copies of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geocode.doors import FoundDoor
from geocode.gazetteer import Form, Kind, Place
from geocode.spelled import Mention
from geocode.tail import Tail

_SHARPEST_FIRST = (Kind.LANDMARK, Kind.ROAD, Kind.COMMUNITY, Kind.TOWN, Kind.COUNTY)


@dataclass(frozen=True, slots=True)
class Reading:
    """`in_town` tells that a town said in the text contains the place; `code12` narrows a road to one community;
    `likeness` is how much of the name the text has, 1.0 for all of it."""

    place: Place
    form: Form
    start: int
    end: int
    tail: Tail
    confidence: float
    reasons: tuple[str, ...]
    in_town: bool = False
    code12: str = ""
    door: FoundDoor | None = None
    likeness: float = 1.0

    def because(self, reason: str, *, confidence: float | None = None) -> Reading:
        """A copy with one more reason, and the confidence set."""
        kept = self.confidence if confidence is None else confidence
        return replace(self, reasons=(*self.reasons, reason), confidence=kept)


@dataclass(frozen=True, slots=True)
class Said:
    """A mention with its tail and its readings, all of one form."""

    mention: Mention
    tail: Tail
    readings: tuple[Reading, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The communities any reading lies in."""
        return frozenset().union(*(reading.place.codes for reading in self.readings))

    @property
    def sharpness(self) -> tuple[bool, int]:
        """How exactly it can be placed: a number, then the kind (less is sharper)."""
        kind = self.readings[0].place.kind
        return self.tail.number is None, _SHARPEST_FIRST.index(kind)

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        """What makes it the place of the problem: a number, a relative word, its kind, coming first (less is more)."""
        no_number, sharpness = self.sharpness
        return no_number, not self.tail.is_cue, sharpness, self.mention.start
