"""An honest geocoder in memory: it knows the places it was given, by name and by distance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from intake.model import Datum, GivenPoint, PlaceAnswer, PlaceCandidate
from intake.ports import PlaceHints

WHERE = "请问在哪个街道、社区或哪条路附近？"
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class ToldSpan:
    """A span of a text and what it was taken for."""

    start: int
    end: int
    role: str
    words: str


@dataclass(frozen=True, slots=True)
class ToldAnswer:
    """An answer with the way to it."""

    answer: PlaceAnswer
    steps: tuple[str, ...]
    spans: tuple[ToldSpan, ...]


class InMemoryGeocoder:
    """Finds a place by its whole name. Several places of one name share the confidence and ask a question.

    Points are taken as CGCS2000 whatever their datum; one farther than `county_metres` from every place is outside."""

    def __init__(self, places: Sequence[PlaceCandidate], county_metres: float = 5_000.0) -> None:
        self._places = tuple(places)
        self._county_metres = county_metres

    def locate(self, text: str, hints: PlaceHints | None = None) -> PlaceAnswer:
        """Every known place whose name stands in the text, best first."""
        found = [place for place in self._places if place.name in text]
        divisions = hints.divisions if hints else ()
        preferred = [place for place in found if divisions and place.code12.startswith(divisions)]
        chosen = preferred or found
        candidates = tuple(_said(place, text, len(chosen)) for place in chosen)
        ordered = tuple(sorted(candidates, key=lambda candidate: -candidate.confidence))
        if not ordered:
            return PlaceAnswer(text, (), WHERE)
        question = None if ordered[0].confidence >= 0.6 else "请问是哪一处？"
        return PlaceAnswer(text, ordered, question)

    def explain(self, text: str) -> ToldAnswer:
        """The answer with one step and one span for each place named."""
        answer = self.locate(text)
        steps = tuple(f"地名：{found.name}" for found in answer.candidates)
        spans = tuple(ToldSpan(*found.span, found.precision.value, found.name) for found in answer.candidates)
        return ToldAnswer(answer, steps, spans)

    def reverse(self, point: GivenPoint) -> PlaceCandidate | None:
        """The nearest known place, at the point itself."""
        near = [(place, _metres(place, point)) for place in self._places]
        inside = [(place, metres) for place, metres in near if metres <= self._county_metres]
        if not inside:
            return None
        place, _ = min(inside, key=lambda pair: pair[1])
        return _at(place, point)

    def suspect_datum(self, point: GivenPoint, named: PlaceCandidate | None = None) -> Datum | None:
        """It takes every point as CGCS2000, so it doubts none."""
        return None


def _said(place: PlaceCandidate, text: str, count: int) -> PlaceCandidate:
    start = text.index(place.name)
    return PlaceCandidate(
        name=place.name,
        code12=place.code12,
        lon=place.lon,
        lat=place.lat,
        precision=place.precision,
        accuracy_metres=place.accuracy_metres,
        cell=place.cell,
        confidence=place.confidence if count == 1 else min(0.55, place.confidence / count),
        span=(start, start + len(place.name)),
        reasons=place.reasons,
    )


def _at(place: PlaceCandidate, point: GivenPoint) -> PlaceCandidate:
    return PlaceCandidate(
        name=place.name,
        code12=place.code12,
        lon=point.lon,
        lat=point.lat,
        precision=place.precision,
        accuracy_metres=point.accuracy_metres or 10.0,
        cell=place.cell,
        confidence=place.confidence,
        span=(0, 0),
        reasons=place.reasons,
    )


def _metres(place: PlaceCandidate, point: GivenPoint) -> float:
    if not (math.isfinite(point.lon) and math.isfinite(point.lat)):
        return math.inf
    east = (place.lon - point.lon) * math.cos(math.radians(place.lat))
    return math.hypot(east, place.lat - point.lat) * METRES_PER_DEGREE
