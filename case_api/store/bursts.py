"""How many reports a place had within some minutes. In memory, no I/O."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Cell = tuple[int, int]
# Far more than a city has within half an hour; in a flood beyond, the places told of longest ago are forgotten.
_MOST_CASES = 20_000


@dataclass(frozen=True, slots=True)
class HotSpotRules:
    """So many reports within so many minutes, within so many metres, are a burst."""

    reports: int = 10
    minutes: float = 30.0
    metres: float = 200.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """One report of a case, where the case is; metres in the city's plane."""

    case_number: str
    at_ms: int
    x_metres: int
    y_metres: int
    address: str


@dataclass(frozen=True, slots=True)
class Burst:
    """Reports about one place; `case_number` is the case with most of them, whose place it is."""

    case_number: str
    x_metres: int
    y_metres: int
    address: str
    reports: int
    cases: tuple[str, ...]
    first_ms: int
    last_ms: int


@dataclass(slots=True)
class _Case:
    """A case that was told of lately, and when."""

    sighting: Sighting
    moments: deque[int] = field(default_factory=deque)


@dataclass(slots=True)
class Bursts:
    """Counts by case, looked up by squares as wide as the rules reach."""

    rules: HotSpotRules
    _cases: dict[str, _Case] = field(default_factory=dict)
    _squares: dict[Cell, set[str]] = field(default_factory=dict)
    _fresh: set[str] = field(default_factory=set)

    def add(self, sighting: Sighting) -> None:
        """Count one report."""
        number = sighting.case_number
        if number not in self._cases:
            if len(self._cases) >= _MOST_CASES:
                self._drop(next(iter(self._cases)))
            self._cases[number] = _Case(sighting)
            self._squares.setdefault(self._square(sighting.x_metres, sighting.y_metres), set()).add(number)
        self._cases[number].moments.append(sighting.at_ms)
        self._fresh.add(number)

    def forget(self, now_ms: int) -> None:
        """Drop what is older than the rules look back."""
        oldest = now_ms - self.rules.minutes * 60_000
        for number, case in list(self._cases.items()):
            while case.moments and case.moments[0] < oldest:
                case.moments.popleft()
            if not case.moments:
                self._drop(number)

    def found(self, known: Sequence[tuple[int, int]]) -> list[Burst]:
        """Bursts about cases told of since `settle`, apart from the known places and from each other."""
        bursts: list[Burst] = []
        for number in sorted(self._fresh & self._cases.keys()):
            at = self._cases[number].sighting
            if any(math.dist(place, (at.x_metres, at.y_metres)) <= 2 * self.rules.metres for place in known):
                continue
            burst = self.around(at.x_metres, at.y_metres)
            if burst.reports >= self.rules.reports:
                bursts.append(burst)
        chosen: list[Burst] = []
        for burst in sorted(bursts, key=lambda one: -one.reports):
            if not any(_apart(burst, one) <= 2 * self.rules.metres for one in chosen):
                chosen.append(burst)
        return chosen

    def settle(self) -> None:
        """What was told of until now has been looked at."""
        self._fresh.clear()

    def around(self, x_metres: int, y_metres: int) -> Burst:
        """What was told of a place within reach; no reports at all are a burst of none."""
        near = list(self._near(x_metres, y_metres))
        reports = sum(len(case.moments) for case in near)
        if not near:
            return Burst("", x_metres, y_metres, "", 0, (), 0, 0)
        main = max(near, key=lambda case: (len(case.moments), case.sighting.case_number)).sighting
        numbers = tuple(sorted(case.sighting.case_number for case in near))
        first = min(case.moments[0] for case in near)
        last = max(case.moments[-1] for case in near)
        return Burst(main.case_number, main.x_metres, main.y_metres, main.address, reports, numbers, first, last)

    def _drop(self, number: str) -> None:
        sighting = self._cases.pop(number).sighting
        square = self._square(sighting.x_metres, sighting.y_metres)
        self._squares[square].discard(number)
        if not self._squares[square]:
            del self._squares[square]

    def _near(self, x_metres: int, y_metres: int) -> Iterator[_Case]:
        column, row = self._square(x_metres, y_metres)
        for square in ((column + east, row + north) for east in (-1, 0, 1) for north in (-1, 0, 1)):
            for number in self._squares.get(square, ()):
                if self._reaches(self._cases[number].sighting, x_metres, y_metres):
                    yield self._cases[number]

    def _reaches(self, sighting: Sighting, x_metres: int, y_metres: int) -> bool:
        return math.hypot(sighting.x_metres - x_metres, sighting.y_metres - y_metres) <= self.rules.metres

    def _square(self, x_metres: int, y_metres: int) -> Cell:
        side = max(1, math.ceil(self.rules.metres))
        return x_metres // side, y_metres // side


def _apart(one: Burst, other: Burst) -> float:
    return math.hypot(one.x_metres - other.x_metres, one.y_metres - other.y_metres)
