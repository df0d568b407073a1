"""An answer held against the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import shapely

from bench.accuracy.ground import metres_between, to_metres
from bench.accuracy.item import Item, Spot, SpotKind, Wanted
from intake.model import PlaceAnswer, PlaceCandidate

# From this confidence on, a report is filed without asking.
SURE = 0.6


@dataclass(frozen=True, slots=True)
class Judged:
    """One item and how its answer did. `chance` is how probable the first candidate is the place that was meant: 1/n
    for one of n that the text does not tell apart."""

    item: Item
    right: bool
    first: bool
    among: bool
    asked: bool
    confidence: float | None
    chance: float
    got: str

    @property
    def sure(self) -> bool:
        """Whether it would be filed without asking."""
        return self.confidence is not None and self.confidence >= SURE and not self.asked


class Judge:
    """Knows the courses of the roads, in local metres, by their ids."""

    def __init__(self, courses: Mapping[str, shapely.Geometry]) -> None:
        self._courses = courses

    def judge(self, item: Item, answer: PlaceAnswer) -> Judged:
        """What became of an item."""
        candidates, asked = answer.candidates, answer.question is not None
        first = bool(candidates) and any(self._is(candidates[0], spot) for spot in item.spots)
        met = [any(self._is(candidate, spot) for candidate in candidates) for spot in item.spots]
        confidence = candidates[0].confidence if candidates else None
        sure = confidence is not None and confidence >= SURE
        right = {
            Wanted.FIRST: first,
            Wanted.FIRST_OR_ASKED: first or (any(met) and asked),
            Wanted.ALL_AND_ASKED: all(met) and asked,
            Wanted.NOTHING_SURE: not sure,
        }[item.wanted]
        chance = (1.0 / len(item.spots) if item.wanted is Wanted.ALL_AND_ASKED else 1.0) if first else 0.0
        got = _words(candidates[0]) if candidates else "nothing"
        return Judged(item, right, first, any(met), asked, confidence, chance, got)

    def _is(self, candidate: PlaceCandidate, spot: Spot) -> bool:
        if spot.kind in (SpotKind.TOWN, SpotKind.COMMUNITY):
            return candidate.code12 == spot.code12
        if spot.kind is SpotKind.ROAD:
            on_map = shapely.Point(*to_metres(candidate.lon, candidate.lat))
            near = shapely.distance(self._courses[spot.road_id], on_map) <= spot.within_metres
            return spot.name in candidate.name and bool(near)
        metres = metres_between((candidate.lon, candidate.lat), (spot.lon, spot.lat))
        named = spot.kind is SpotKind.POINT or spot.name in candidate.name
        return named and metres <= spot.within_metres


def _words(candidate: PlaceCandidate) -> str:
    place = f"{candidate.name} {candidate.code12} {candidate.precision.value}"
    return f"{place} {candidate.lon:.5f},{candidate.lat:.5f} {candidate.confidence:.2f}"
