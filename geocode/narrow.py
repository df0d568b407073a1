"""Which of several places of the same name is meant: by the town said beside it, by divisions and points known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from geocode.drafts import Draft
from geocode.gazetteer import Form, Kind, Place

NEAR_LIMIT_METRES = 3000.0
TWIN_METRES = 300.0
SEEN_METRES = 500.0
RECENT_LIMIT_METRES = 1500.0
AMBIGUOUS_CAP = 0.55
NEAR_CONFIDENCE = 0.85
RECENT_CONFIDENCE = 0.75

Point = tuple[float, float]


class Surroundings(NamedTuple):
    """What is known beside the name: towns said in the text, division prefixes, a point in projected metres with its
    accuracy and whether the sender sees the place from there (a camera does), and the sender's last places, newest
    first."""

    towns: Sequence[Place] = ()
    prefixes: tuple[str, ...] = ()
    near: Point | None = None
    near_metres: float = 0.0
    recent: tuple[Point, ...] = ()
    is_seen: bool = False


NOTHING_KNOWN = Surroundings()


def narrow(drafts: Sequence[Draft], around: Surroundings) -> list[Draft]:
    """The drafts that stay, with their confidence; ambiguous ones stay below `AMBIGUOUS_CAP`."""
    kept = _by_town(drafts, around.towns)
    if len(kept) > 1:
        kept = _without_twins(kept)
    if len(kept) > 1 and around.prefixes:
        kept = _by_prefix(kept, around.prefixes)
    if len(kept) > 1 and around.near is not None:
        kept = _by_point(kept, around.near, around)
    if len(kept) > 1 and around.recent:
        kept = _by_recent(kept, around.recent)
    if len(kept) > 1:
        share = min(AMBIGUOUS_CAP, 0.9 / len(kept))
        words = f"同名的地方有{len(kept)}处"
        # The order by distance survives the sorting of the answer as small steps of confidence.
        step = 0.02 if around.near is not None or around.recent else 0.0
        for place, draft in enumerate(kept):
            draft.because(words, min(draft.confidence, max(0.05, share - step * place)))
    return kept


def _without_twins(drafts: list[Draft]) -> list[Draft]:
    """The same landmark twice in the name list: no question could tell the two apart."""
    kept: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        place = draft.place
        key = (place.name, place.code12) if place.kind is Kind.LANDMARK else (place.id, "")
        first = kept.setdefault(key, draft)
        if first is not draft and _distance(draft, (first.place.east, first.place.north)) > TWIN_METRES:
            kept[place.id, ""] = draft
    return list(kept.values())


def _by_town(drafts: Sequence[Draft], towns: Sequence[Place]) -> list[Draft]:
    if not towns:
        return list(drafts)
    inside: list[Draft] = []
    for draft in drafts:
        for town in towns:
            code9 = town.code12[:9]
            if draft.place.in_town(code9):
                draft.in_town, draft.town9 = True, code9
                inside.append(draft.because(f"文中说到{town.name}", _with_town(draft) * draft.likeness))
                break
    if inside:
        return inside
    words = f"不在文中说到的{towns[0].name}"
    return [draft.because(words, min(0.5, draft.confidence * 0.6)) for draft in drafts]


def _with_town(draft: Draft) -> float:
    if draft.place.kind is Kind.COMMUNITY:
        if draft.form is Form.SHORT:
            if draft.place.ordinary:
                return 0.8
            return 0.65 if draft.confidence <= 0.5 * draft.likeness else 0.88
        return 0.95 if draft.form is Form.FULL else 0.9
    return max(draft.confidence, 0.93)


def _by_prefix(drafts: list[Draft], prefixes: tuple[str, ...]) -> list[Draft]:
    inside = [draft for draft in drafts if any(code.startswith(prefixes) for code in draft.place.codes)]
    if not inside:
        return drafts
    return [draft.because("与已知的街道或社区相符", max(draft.confidence, 0.85)) for draft in inside]


def _by_point(drafts: list[Draft], near: Point, around: Surroundings) -> list[Draft]:
    by_distance = sorted(drafts, key=lambda draft: _distance(draft, near))
    first, second = _distance(by_distance[0], near), _distance(by_distance[1], near)
    limit = NEAR_LIMIT_METRES + around.near_metres
    is_seen = around.is_seen and first <= SEEN_METRES < second
    if not is_seen and (first > limit or second < max(2 * first, limit)):
        return by_distance
    return [by_distance[0].because(f"离已知位置最近，约{round(first)}米", NEAR_CONFIDENCE)]


def _by_recent(drafts: list[Draft], recent: tuple[Point, ...]) -> list[Draft]:
    """The one near a place the sender spoke of before, the newest first; none when two of them are."""
    for point in recent:
        near = [draft for draft in drafts if _distance(draft, point) <= RECENT_LIMIT_METRES]
        if len(near) == 1:
            return [near[0].because("靠近上报人上次说到的地方", min(RECENT_CONFIDENCE, near[0].likeness))]
    return sorted(drafts, key=lambda draft: min(_distance(draft, point) for point in recent))


def _distance(draft: Draft, near: Point) -> float:
    centre = math.hypot(draft.place.east - near[0], draft.place.north - near[1])
    return max(0.0, centre - draft.place.radius_metres)
