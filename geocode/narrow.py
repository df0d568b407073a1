"""Which of several places of the same name is meant: by the town said beside it, by divisions and a point known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from geocode.gazetteer import Form, Kind, Place
from geocode.reading import Reading

NEAR_LIMIT_METRES = 3000.0
AMBIGUOUS_CAP = 0.55


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside the name: towns said in the text, division prefixes, a point in projected metres."""

    towns: tuple[Place, ...] = ()
    prefixes: tuple[str, ...] = ()
    near: tuple[float, float] | None = None
    near_metres: float = 0.0


def narrow(readings: Sequence[Reading], around: Surroundings) -> tuple[Reading, ...]:
    """The readings that stay, with their confidence; ambiguous ones stay below `AMBIGUOUS_CAP`."""
    kept = _by_town(readings, around.towns)
    if len(kept) > 1:
        kept = _by_prefix(kept, around.prefixes)
    if len(kept) > 1 and around.near is not None:
        kept = _by_point(kept, around.near, around.near_metres)
    if len(kept) > 1:
        share = min(AMBIGUOUS_CAP, 0.9 / len(kept))
        words = f"同名的地方有{len(kept)}处"
        # The order by distance survives the sorting of the answer as small steps of confidence.
        step = 0.02 if around.near is not None else 0.0
        kept = [
            reading.because(words, confidence=min(reading.confidence, max(0.05, share - step * place)))
            for place, reading in enumerate(kept)
        ]
    return tuple(kept)


def _by_town(readings: Sequence[Reading], towns: Sequence[Place]) -> list[Reading]:
    if not towns:
        return list(readings)
    inside = [
        replace(reading, in_town=True).because(f"文中说到{town.name}", confidence=_with_town(reading) * reading.likeness)
        for reading in readings
        for town in towns
        if reading.place.in_town(town.code12[:9])
    ]
    if inside:
        return list({reading.place.id: reading for reading in inside}.values())
    words = f"不在文中说到的{towns[0].name}"
    return [reading.because(words, confidence=min(0.5, reading.confidence * 0.6)) for reading in readings]


def _with_town(reading: Reading) -> float:
    if reading.place.kind is Kind.COMMUNITY:
        if reading.form is Form.SHORT and reading.place.ordinary:
            return 0.8
        if reading.form is Form.SHORT and reading.confidence <= 0.5:
            return 0.65
        return {Form.FULL: 0.95, Form.VARIANT: 0.9, Form.SHORT: 0.88}[reading.form]
    return max(reading.confidence, 0.93)


def _by_prefix(readings: list[Reading], prefixes: Sequence[str]) -> list[Reading]:
    wanted = tuple(prefixes)
    inside = [reading for reading in readings if any(code.startswith(wanted) for code in reading.place.codes)]
    if not wanted or not inside:
        return readings
    return [reading.because("与已知的街道或社区相符", confidence=max(reading.confidence, 0.85)) for reading in inside]


def _by_point(readings: list[Reading], near: tuple[float, float], near_metres: float) -> list[Reading]:
    by_distance = sorted(readings, key=lambda reading: _distance(reading, near))
    first, second = _distance(by_distance[0], near), _distance(by_distance[1], near)
    limit = NEAR_LIMIT_METRES + near_metres
    if first > limit or second < max(2 * first, limit):
        return by_distance
    return [by_distance[0].because(f"离已知位置最近，约{round(first)}米", confidence=0.85)]


def _distance(reading: Reading, near: tuple[float, float]) -> float:
    centre = math.hypot(reading.place.east - near[0], reading.place.north - near[1])
    return max(0.0, centre - reading.place.radius_metres)
