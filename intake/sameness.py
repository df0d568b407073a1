"""Step 4 of the normaliser. Sameness: distance, time and words of one known case against a report, with reasons."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.model import CaseGlimpse, Location, Precision, TraceStep, Understanding
from intake.spelling import clean_text

_NOISE = re.compile(r"[\W_]+")
_VAGUE = frozenset({Precision.COMMUNITY, Precision.TOWN, Precision.ROAD})
_FRESH_HOURS = 24 * 7.0
_TOLD = 3


@dataclass(frozen=True, slots=True)
class MatchScore:
    """How likely a known case is the same problem, 0-1, and why."""

    glimpse: CaseGlimpse
    score: float
    certain: bool
    reasons: tuple[str, ...]


def match_step(glimpses: Sequence[CaseGlimpse]) -> TraceStep:
    """What the look-up found, the nearest first; the decision tells how alike they are."""
    if not glimpses:
        return TraceStep("match", "附近没有同类的未结案卷")
    nearest = sorted(glimpses, key=lambda one: one.distance_metres)[:_TOLD]
    reasons = tuple(f"案卷{one.number}相距{one.distance_metres:.0f}米：{one.text[:40]}" for one in nearest)
    return TraceStep("match", f"附近有同类的未结案卷{len(glimpses)}件", reasons)


def score_all(understood: Understanding, location: Location, glimpses: Sequence[CaseGlimpse]) -> list[MatchScore]:
    """The known cases that may be the same problem, the likeliest first."""
    radius_metres = understood.classification.guesses[0].category.radius_metres
    pairs = _pairs(understood.text)
    scores = [_score(understood, pairs, location, glimpse, radius_metres) for glimpse in glimpses]
    return sorted((one for one in scores if one is not None), key=lambda one: one.score, reverse=True)


def _score(
    understood: Understanding, pairs: frozenset[str], location: Location, glimpse: CaseGlimpse, radius_metres: float
) -> MatchScore | None:
    """Score one case, None when it is too far. Equal words at a place that may be the same are certain."""
    reach_metres = radius_metres + location.accuracy_metres + glimpse.accuracy_metres
    if understood.fingerprint in glimpse.fingerprints and glimpse.distance_metres <= reach_metres:
        return MatchScore(glimpse, 1.0, True, (f"与案卷{glimpse.number}的诉求文字相同，位置相符",))
    near = _nearness(location, glimpse, radius_metres)
    if near == 0.0:
        return None
    words = _likeness(pairs, _pairs(clean_text(glimpse.text)))
    fresh = _freshness(understood.report.origin.received_at, glimpse.opened_at)
    total = near * (0.45 + 0.35 * words + 0.20 * fresh)
    reasons = (
        f"与案卷{glimpse.number}相距{glimpse.distance_metres:.0f}米（{near:.2f}）",
        f"文字相似度{words:.2f}",
        f"时间接近度{fresh:.2f}",
        f"同一问题的得分{total:.2f}",
    )
    return MatchScore(glimpse, total, False, reasons)


def _nearness(location: Location, glimpse: CaseGlimpse, radius_metres: float) -> float:
    """1 on the spot, less towards the radius, 0 beyond; a place known only as a village or a road is never the spot."""
    blur_metres = max(location.accuracy_metres, glimpse.accuracy_metres)
    if location.precision in _VAGUE:
        return 0.85 if glimpse.distance_metres <= blur_metres + radius_metres else 0.0
    reach_metres = radius_metres + min(blur_metres, radius_metres)
    return (
        max(0.0, 1.0 - 0.5 * glimpse.distance_metres / reach_metres) if glimpse.distance_metres < reach_metres else 0.0
    )


def likeness(one: str, other: str) -> float:
    """Share of common character pairs, 0-1 (Dice)."""
    return _likeness(_pairs(one), _pairs(other))


def _likeness(left: frozenset[str], right: frozenset[str]) -> float:
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


def _pairs(text: str) -> frozenset[str]:
    letters = _NOISE.sub("", text)
    return frozenset(a + b for a, b in itertools.pairwise(letters))


def _freshness(received_at: datetime, opened_at: datetime) -> float:
    hours = abs((received_at - opened_at).total_seconds()) / 3600
    return max(0.0, 1.0 - hours / _FRESH_HOURS)
