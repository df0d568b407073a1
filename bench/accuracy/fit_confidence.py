"""Fit the curve of `geocode/confidence.py` on the made sets; `python -m bench.accuracy.fit_confidence` prints it.

Shares of right first candidates by evidence, in steps of 0.05, held to the evidence itself where a step has few
answers, and made to rise by pooling neighbours that do not (PAV)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from bench.accuracy.city_names import CityNames
from bench.accuracy.judge import Judge
from bench.accuracy.make import CITY, make_sets
from geocode import CityGeocoder
from geocode.confidence import ASKING_BELOW, evidence
from intake.pack import Faults

STEP = 0.05
# As many made-up answers that are right as often as the evidence says: the sets are kinder than life.
PRIOR_ANSWERS = 60.0
HIGHEST_ASKED = 0.59
# Nothing said in words is surer than this.
HIGHEST = 0.99
RISE = 0.001

Point = tuple[float, float]


def main() -> None:
    """Print the curve."""
    print("CURVE = (")
    for raw, share in curve(_outcomes()):
        print(f"    ({raw:.3f}, {share:.4f}),")
    print(")")


def _outcomes() -> list[Point]:
    """For every answer of every set: its evidence, and how probable it is that its first candidate is right."""
    names = CityNames(CITY)
    geocoder, judge = CityGeocoder.from_pack(CITY, Faults()), Judge(names.courses)
    judged = [judge.judge(item, geocoder.locate(item.text)) for items in make_sets(names).values() for item in items]
    return [(round(evidence(one.confidence), 3), one.chance) for one in judged if one.confidence is not None]


def curve(outcomes: Iterable[Point]) -> list[Point]:
    """A curve that rises from (0, 0) through the shares of the outcomes; below 0.6 it stays below 0.6."""
    low: list[Point] = []
    high: list[Point] = []
    for outcome in outcomes:
        (low if outcome[0] < ASKING_BELOW else high).append(outcome)
    asked = [(raw, min(share, HIGHEST_ASKED)) for raw, share in _rising(_steps(low))]
    sure = [(raw, min(max(share, ASKING_BELOW), HIGHEST)) for raw, share in _rising(_steps(high))]
    border = [(ASKING_BELOW - 0.001, HIGHEST_ASKED)]
    asked = [point for point in asked if point[0] < border[0][0]]
    if not sure or sure[0][0] > ASKING_BELOW:
        border.append((ASKING_BELOW, max(ASKING_BELOW, sure[0][1] - RISE) if sure else ASKING_BELOW))
    points = _strict([(0.0, 0.0), *asked, *border, *sure, (1.0, HIGHEST + RISE)])
    return [(raw, max(share, ASKING_BELOW) if raw >= ASKING_BELOW else share) for raw, share in points]


def _steps(outcomes: Sequence[Point]) -> list[tuple[float, float, float]]:
    """Mean evidence, share of right answers, and their number, for each step that has any."""
    found = []
    ordered = sorted(outcomes)
    for _, group in itertools.groupby(ordered, key=lambda outcome: round(outcome[0] / STEP)):
        inside = list(group)
        raw = sum(one for one, _ in inside) / len(inside)
        right = sum(chance for _, chance in inside) + PRIOR_ANSWERS * raw
        found.append((raw, right / (len(inside) + PRIOR_ANSWERS), len(inside) + PRIOR_ANSWERS))
    return found


def _rising(steps: Sequence[tuple[float, float, float]]) -> list[Point]:
    pools: list[list[tuple[float, float, float]]] = []
    for step in steps:
        pools.append([step])
        while len(pools) > 1 and _share(pools[-2]) >= _share(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    return [(raw, _share(pool)) for pool in pools for raw, _, _ in pool]


def _share(pool: Sequence[tuple[float, float, float]]) -> float:
    return sum(share * weight for _, share, weight in pool) / sum(weight for _, _, weight in pool)


def _strict(points: Sequence[Point]) -> list[Point]:
    """The points with each a little above the one before, so that more evidence is never less sure."""
    kept = [points[-1]]
    for raw, share in reversed(points[:-1]):
        above_raw, above = kept[-1]
        if raw < above_raw - 1e-6:
            kept.append((raw, max(0.0, min(share, above - RISE * (above_raw - raw) / STEP))))
    return kept[::-1]


if __name__ == "__main__":
    main()
