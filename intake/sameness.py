"""Step 4 of the normaliser. Sameness: how likely a known case is the problem of a report, with reasons.

Each piece of evidence is a weight: the logarithm of how much more often it is seen between tellings of one problem than
between two problems of one group (Fellegi and Sunter, 1969). The weights are added, and the known cases compete with
each other and with "none of them". They were fitted on a made stream (`bench/accuracy/duplicates.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from intake.likeness import DOOR, Telling, likeness, looks_apart, same_marks, telling
from intake.model import CaseGlimpse, Location, TraceStep, Understanding

_TOLD = 3
_DAY_SECONDS = 86_400.0
_LATELY = timedelta(days=1)
_WINDOW_DAYS = 30.0
_MOST_WEIGHT = 20.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What the evidence weighs.

    `prior` is the log-odds that a report tells of a known problem; `per_square_metre` is how many other open problems
    of a group stand where people live, `crowd` how many at most in a place that has one name; where more than
    `usual_a_day` were opened within a day, more stand there. The places of one problem
    scatter by a share of the category's radius and of both accuracies. Of the reports of one problem `following` follow
    the one before: within `soon_days` or so, or, `later_share` of them, within `later_days`.
    """

    prior: float = -1.0
    per_square_metre: float = 2e-5
    crowd: float = 3.0
    usual_a_day: float = 2.0
    radius_share: float = 0.15
    accuracy_share: float = 0.48
    soon_days: float = 0.25
    later_days: float = 2.3
    later_share: float = 0.47
    following: float = 0.975
    category_agrees: float = 0.65
    category_slips: float = 0.015
    category_share: float = 0.35
    category_unknown: float = -2.0
    words_floor: float = -0.2
    words_slope: float = 0.8
    words_most: float = 0.8
    marks_agree: float = 1.5
    marks_differ: float = -3.0
    doors_differ: float = -1.3
    other_name: float = -4.0
    photo_same: float = 5.0
    photo_like: float = 2.0
    sender_same: float = 1.5
    least: float = -6.0
    certain_days: float = 7.0


WEIGHTS = Weights()
_SAME_LOOK_BITS = 6
_LIKE_LOOK_BITS = 11
# Known worse than this, a place is a name, of a village or a road: two names are two places.
_NAME_METRES = 100.0
# How far a problem of an unknown kind may be told of.
_ANY_RADIUS_METRES = 80.0


@dataclass(frozen=True, slots=True)
class MatchScore:
    """How likely a known case is the same problem, 0-1, and why. The scores of one report add up to at most 1.

    `certain` ones are an exception: equal words at a place that may be the same score 1.
    """

    glimpse: CaseGlimpse
    score: float
    certain: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """The report's half of every comparison. `known_words` are those of its text that speak for its category; `crowd`
    is how many times more problems of its group than usual were opened about it lately; `most` is what time and
    category weigh at best."""

    understood: Understanding
    location: Location
    known_words: tuple[str, ...]
    radius_metres: float
    crowd: float
    most: float

    @classmethod
    def of(
        cls, understood: Understanding, location: Location, glimpses: Sequence[CaseGlimpse], weights: Weights
    ) -> _Told:
        guess = next(iter(understood.classification.guesses), None)
        known = tuple(understood.text[start:end] for start, end in guess.spans) if guess else ()
        received_at = understood.report.origin.received_at
        lately = sum(received_at - one.opened_at < _LATELY for one in glimpses)
        radius_metres = guess.category.radius_metres if guess else _ANY_RADIUS_METRES
        crowd = max(1.0, (lately - 1) / weights.usual_a_day)
        most = _time_weight(0.0, weights) + _agreement_weight(1.0, weights)
        return cls(understood, location, known, radius_metres, crowd, most)

    def words(self) -> Telling:
        """What the report tells."""
        return telling(self.understood.text, (self.location.address,), self.known_words)

    def days_since(self, glimpse: CaseGlimpse) -> float:
        """From the last report of the case to this one."""
        last = max(glimpse.opened_at, glimpse.last_told_at or glimpse.opened_at)
        return abs((self.understood.report.origin.received_at - last).total_seconds()) / _DAY_SECONDS


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What one known case weighs, and why."""

    glimpse: CaseGlimpse
    weight: float
    reasons: tuple[str, ...]


def match_step(glimpses: Sequence[CaseGlimpse]) -> TraceStep:
    """What the look-up found, the nearest first; the decision tells how alike they are."""
    if not glimpses:
        return TraceStep("match", "附近没有同类的未结案卷")
    nearest = sorted(glimpses, key=lambda one: one.distance_metres)[:_TOLD]
    reasons = tuple(f"案卷{one.number}{_away(one)}：{one.text[:40]}" for one in nearest)
    return TraceStep("match", f"附近有同类的未结案卷{len(glimpses)}件", reasons)


def score_all(
    understood: Understanding, location: Location, glimpses: Sequence[CaseGlimpse], weights: Weights = WEIGHTS
) -> list[MatchScore]:
    """The known cases that may be the same problem, the likeliest first."""
    if not glimpses:
        return []
    told = _Told.of(understood, location, glimpses, weights)
    equal = [one for one in glimpses if _is_certain(told, one, weights)]
    certain = [
        MatchScore(one, 1.0, True, (f"与案卷{one.number}的诉求文字相同，位置相符",))
        for one in sorted(equal, key=lambda one: one.distance_metres)
    ]
    possible = [(one, outside) for one in glimpses if (outside := _outside(told, one, weights)) and one not in equal]
    words = told.words() if possible else None
    weighed = (_weigh(told, words, one, weights) for one in possible) if words else ()
    found = [one for one in weighed if one is not None]
    whole = 1.0 + sum(math.exp(one.weight) for one in found)
    scores = [_scored(one, math.exp(one.weight) / whole) for one in found]
    return certain + sorted(scores, key=lambda one: one.score, reverse=True)


def _scored(evidence: _Evidence, share: float) -> MatchScore:
    return MatchScore(evidence.glimpse, share, False, (*evidence.reasons, f"同一问题的把握{share:.2f}"))


def _is_certain(told: _Told, glimpse: CaseGlimpse, weights: Weights) -> bool:
    """Equal words within reach, not long after the case was last told of."""
    if told.understood.fingerprint not in glimpse.fingerprints:
        return False
    reach_metres = told.radius_metres + told.location.accuracy_metres + glimpse.accuracy_metres
    return glimpse.distance_metres <= reach_metres and told.days_since(glimpse) <= weights.certain_days


@dataclass(frozen=True, slots=True)
class _Outside:
    """What a case weighs before anybody reads a word of it."""

    near: float
    kind: float
    days: float
    total: float


def _outside(told: _Told, glimpse: CaseGlimpse, weights: Weights) -> _Outside | None:
    """Place, time and category; None when no words could make up for them."""
    wanted = weights.least - weights.words_most - weights.marks_agree - weights.photo_same - weights.sender_same
    near = _place_weight(told, glimpse, weights)
    if weights.prior + near + told.most < wanted:
        return None
    days, kind = told.days_since(glimpse), _category_weight(told.understood, glimpse, weights)
    total = weights.prior + near + kind + _time_weight(days, weights)
    return _Outside(near, kind, days, total) if total >= wanted else None


def _weigh(told: _Told, words: Telling, known: tuple[CaseGlimpse, _Outside], weights: Weights) -> _Evidence | None:
    """Weigh one case; None when it is out of the question."""
    glimpse, outside = known
    other = telling(glimpse.text, (told.location.address, glimpse.address), told.known_words)
    alike = likeness(words, other)
    telling_weight = min(weights.words_floor + weights.words_slope * alike, weights.words_most)
    details = (
        _marks_weight(same_marks(words, other), weights),
        _photo_weight(told.understood, glimpse, weights),
        (weights.sender_same, "同一电话先前反映过") if glimpse.own else (0.0, ""),
    )
    total = outside.total + telling_weight + sum(weight for weight, _ in details)
    if total < weights.least:
        return None
    blur = f"误差±{told.location.accuracy_metres:.0f}米和±{glimpse.accuracy_metres:.0f}米"
    reasons = (
        f"与案卷{glimpse.number}{_away(glimpse)}（{blur}），{'位置相符' if outside.near > 0 else '单凭位置不能确定'}",
        f"这件案卷{_ago(outside.days)}有人反映",
        _kind_words(told.understood, outside.kind),
        f"问题描述相似度{alike:.2f}",
        *(reason for _, reason in details if reason),
    )
    return _Evidence(glimpse, min(total, _MOST_WEIGHT), reasons)


def _place_weight(told: _Told, glimpse: CaseGlimpse, weights: Weights) -> float:
    """Places of one problem scatter about it; those of others lie anywhere."""
    scatter = (weights.radius_share * told.radius_metres) ** 2
    blur = weights.accuracy_share**2 * (told.location.accuracy_metres**2 + glimpse.accuracy_metres**2)
    spread = max(scatter + blur, 1.0)
    others = 2 * math.pi * spread * weights.per_square_metre * told.crowd
    named = min(told.location.accuracy_metres, glimpse.accuracy_metres) >= _NAME_METRES
    other_name = weights.other_name if named and glimpse.address and glimpse.address != told.location.address else 0.0
    return other_name - glimpse.distance_metres**2 / (2 * spread) - math.log(others / (1 + others / weights.crowd))


def _time_weight(days: float, weights: Weights) -> float:
    """Reports of one problem come soon after each other, or some days later; those of others any day."""
    soon = (1 - weights.later_share) / weights.soon_days * math.exp(-days / weights.soon_days)
    later = weights.later_share / weights.later_days * math.exp(-days / weights.later_days)
    return math.log((weights.following * (soon + later) + (1 - weights.following) / _WINDOW_DAYS) * _WINDOW_DAYS)


def _category_weight(understood: Understanding, glimpse: CaseGlimpse, weights: Weights) -> float:
    """How well the readings of the report agree with those of the case, each counted from its best."""
    guesses = understood.classification.guesses
    if not guesses:
        return weights.category_unknown
    if guesses[0].category.key == glimpse.category_key:
        return _agreement_weight(1.0, weights)
    best = max(guesses[0].confidence, 0.01)
    agreement = 0.0
    for guess in guesses:
        known = 1.0 if guess.category.key == glimpse.category_key else glimpse.other_keys.get(guess.category.key, 0.0)
        agreement = max(agreement, min(guess.confidence / best, 1.0) * min(known, 1.0))
    return _agreement_weight(agreement, weights)


def _agreement_weight(agreement: float, weights: Weights) -> float:
    return math.log((weights.category_agrees * agreement + weights.category_slips) / weights.category_share)


def _kind_words(understood: Understanding, weight: float) -> str:
    if not understood.classification.guesses:
        return "没有认出类别，按地点和描述比对"
    return "类别相同" if weight > 0 else "类别不完全相同"


def _marks_weight(agree: Mapping[str, bool], weights: Weights) -> tuple[float, str]:
    """Numbers by which things are told apart. A door number may be that of the house next to it."""
    if not agree:
        return 0.0, ""
    if all(agree.values()):
        return weights.marks_agree, "所说编号相同"
    return (
        (weights.doors_differ, "所说门牌号不同") if agree.get(DOOR) is False else (weights.marks_differ, "所说编号不同")
    )


def _photo_weight(understood: Understanding, glimpse: CaseGlimpse, weights: Weights) -> tuple[float, str]:
    looks = [one.look for one in understood.report.evidence if one.look]
    bits = min((looks_apart(one, other) for one in looks for other in glimpse.looks), default=None)
    if bits is None or bits > _LIKE_LOOK_BITS:
        return 0.0, ""
    return (weights.photo_same, "照片几乎相同") if bits <= _SAME_LOOK_BITS else (weights.photo_like, "照片相似")


def _away(glimpse: CaseGlimpse) -> str:
    return f"相距{glimpse.distance_metres:.0f}米" if math.isfinite(glimpse.distance_metres) else "位置未知"


def _ago(days: float) -> str:
    hours = days * 24
    return f"{hours * 60:.0f}分钟前" if hours < 1 else f"{hours:.0f}小时前" if hours < 48 else f"{days:.0f}天前"
