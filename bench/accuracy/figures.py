"""Figures of a judged set, and whether confidence means what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.accuracy.item import Wanted
from bench.accuracy.judge import Judged

# The least share of right answers, set by set; the issue that ordered them gives all but the last two.
TARGETS = {
    "exact": 1.0,
    "sentence": 0.99,
    "section_number": 0.98,
    "abbreviated": 0.97,
    "other_order": 0.97,
    "typo": 0.9,
    "homophones": 0.97,
    "accent": 0.97,
    "crossing": 0.95,
    "relative": 0.95,
    "ambiguous": 1.0,
    "out_of_town": 0.99,
    "no_place": 0.99,
    "spoken_said": 1.0,
    "spoken_heard": 0.95,
    "heard": 0.9,
    "home_and_problem": 0.95,
}


def set_figures(name: str, judged: Sequence[Judged]) -> dict[str, Any]:
    """Shares of a set; `right` is by what the set wants, `sure_and_wrong` would be filed at a wrong place unasked."""
    return {
        "items": len(judged),
        "target": TARGETS[name],
        "right": share(one.right for one in judged),
        "first": share(one.first for one in judged),
        "among": share(one.among for one in judged),
        "asked": share(one.asked for one in judged),
        "sure_and_wrong": share(one.sure and not one.first for one in judged),
    }


def share(found: Iterable[bool]) -> float:
    """How many of them are true, to four places."""
    values = list(found)
    return round(sum(values) / len(values), 4)


@dataclass(frozen=True, slots=True)
class _Bin:
    low: float
    high: float


_BINS = tuple(_Bin(low / 10, (low + 1) / 10) for low in range(10))


def calibration(judged: Iterable[Judged]) -> dict[str, Any]:
    """How often the first candidate is right, by its confidence, over all sets; and the expected calibration error."""
    found = [(one.confidence, one.chance) for one in judged if one.confidence is not None]
    rows: dict[str, dict[str, float]] = {}
    error = 0.0
    for bin_ in _BINS:
        inside = [pair for pair in found if bin_.low <= pair[0] < bin_.high or (pair[0] >= 1.0 and bin_.high >= 1.0)]
        if not inside:
            continue
        said = sum(confidence for confidence, _ in inside) / len(inside)
        true = sum(chance for _, chance in inside) / len(inside)
        error += abs(said - true) * len(inside) / len(found)
        rows[f"{bin_.low:.1f}-{bin_.high:.1f}"] = {
            "answers": len(inside),
            "confidence": round(said, 3),
            "right": round(true, 3),
        }
    return {"expected_error": round(error, 4), "bins": rows}


def table(figures: dict[str, dict[str, Any]]) -> list[str]:
    """One line for each set: what is wanted, what was got."""
    lines = [f"{'set':20}{'target':>8}{'right':>8}{'first':>8}{'among':>8}{'asked':>8}{'sure, wrong':>13}"]
    for name, row in figures.items():
        short = "" if row["right"] >= row["target"] else "  short"
        shares = "".join(f"{row[key]:8.3f}" for key in ("target", "right", "first", "among", "asked"))
        lines.append(f"{name:20}{shares}{row['sure_and_wrong']:13.3f}{short}")
    return lines


def misses(name: str, judged: Iterable[Judged], most: int) -> list[str]:
    """What went wrong, one line each: set, text, the truth, what came instead."""
    wrong = [one for one in judged if not one.right]
    lines = [f"{name}: {len(wrong)} missed" + (f", {most} of them" if len(wrong) > most else "")]
    for one in wrong[:most]:
        note = f" [{one.item.note}]" if one.item.note else ""
        asked = " asked" if one.asked else ""
        lines.append(f"  {one.item.text}{note}\n      wanted {_wanted(one)}; got {one.got}{asked}")
    return lines


def _wanted(one: Judged) -> str:
    if one.item.wanted is Wanted.NOTHING_SURE:
        return "nothing sure"
    spots = [f"{spot.name} {spot.code12} {spot.lon:.5f},{spot.lat:.5f}" for spot in one.item.spots]
    return f"{one.item.wanted.value}: {' | '.join(spots)}"
