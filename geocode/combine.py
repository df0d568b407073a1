"""One place out of all that a text says: what agrees is taken together, what does not stays beside it, less sure."""

from __future__ import annotations

from collections.abc import Sequence

from geocode.drafts import Draft, Role, Said
from geocode.gazetteer import Kind, Place
from geocode.narrow import Surroundings, narrow
from geocode.scene import Scene

CLEAR_LEAD = 0.25
ELSEWHERE_CAP = 0.1
AGREED_CONFIDENCE = 0.93
# What a name keeps of its confidence when nothing else in the text can be the place of the problem.
_ALONE = {
    Role.HOME: 0.85,
    Role.ORIGIN: 0.7,
    Role.GUIDE: 1.0,
    Role.WORK: 0.75,
    Role.PATH: 0.65,
    Role.PAST: 0.7,
    Role.DENIED: 0.3,
    Role.ELSEWHERE: 0.12,
}


def combine(scene: Scene, around: Surroundings) -> list[Draft]:
    """The drafts of a scene, in no order, each with its confidence."""
    said = scene.said
    if len(said) == 1 and not scene.elsewhere and not scene.complaints:
        return _alone(said[0], around)
    if not said:
        return _towns_only(scene, around)
    open_said = [one for one in said if one.role.is_open]
    if not open_said and not _has_open_town(scene):
        open_said = _least_closed(said)
    closed = [one for one in said if one not in open_said]
    drafts = _chosen(open_said, scene, around) if open_said else _towns_only(scene, around)
    for one in closed:
        drafts += _closed(one, around)
    for complaint in scene.complaints:
        for draft in drafts:
            draft.reasons.append(complaint)
            if draft.precision is None:
                draft.confidence = min(draft.confidence, 0.5)
    return drafts


def _alone(one: Said, around: Surroundings) -> list[Draft]:
    return narrow(one.drafts, around) if one.role.is_open else _closed_alone(one, around)


def _closed_alone(one: Said, around: Surroundings) -> list[Draft]:
    drafts = narrow(one.drafts, around)
    share = _ALONE.get(one.role, 1.0)
    if share < 1.0:
        for draft in drafts:
            draft.because(one.role.zh, draft.confidence * share)
            if one.role is Role.ELSEWHERE:
                draft.confidence = min(draft.confidence, ELSEWHERE_CAP)
    return drafts


def _closed(one: Said, around: Surroundings) -> list[Draft]:
    drafts = narrow(one.drafts, around._replace(towns=one.towns))
    for draft in drafts:
        draft.because(one.role.zh or "文中另说到的地方", draft.confidence * min(one.role.share, 0.6))
    return drafts


def _has_open_town(scene: Scene) -> bool:
    return bool(scene.towns) and any(draft.confidence >= 0.4 for draft in scene.town_drafts())


def _least_closed(said: Sequence[Said]) -> list[Said]:
    best = max(one.role.share for one in said)
    return [one for one in said if one.role.share == best]


def _towns_only(scene: Scene, around: Surroundings) -> list[Draft]:
    drafts = {draft.place.id: draft for draft in reversed(scene.town_drafts())}
    kept = narrow(list(reversed(drafts.values())), around._replace(towns=()))
    if scene.elsewhere:
        for draft in kept:
            draft.confidence = min(draft.confidence, 0.5)
    return kept


def _chosen(said: Sequence[Said], scene: Scene, around: Surroundings) -> list[Draft]:
    if len(said) == 1:
        return _closed_alone(said[0], _around(said[0], scene, around))
    fitting = [one for one in said if _fits(one, _around(one, scene, around))] or list(said)
    main = min(fitting, key=lambda one: one.rank)
    agreeing = [one for one in fitting if one is main or one.codes & main.codes]
    chosen = _last_of_its_line(min(agreeing, key=lambda one: (_is_weak(one), one.sharpness, one.start)), agreeing)
    here = _around(chosen if chosen.towns else main, scene, around)
    drafts = narrow(_agree(chosen, [one for one in agreeing if one is not chosen]), here)
    if not chosen.role.is_open:
        for draft in drafts:
            draft.because(chosen.role.zh, draft.confidence * _ALONE.get(chosen.role, 1.0))
    rivals = [one for one in said if one not in agreeing]
    if not rivals:
        return drafts
    beside = [draft for one in rivals for draft in narrow(one.drafts, _around(one, scene, around))]
    ease = _ease(chosen, drafts, rivals, beside)
    for draft in drafts:
        draft.because("文中还说到别处", draft.confidence * ease)
    for draft in beside:
        draft.because("文中另说到的地方", draft.confidence * (1.15 - ease))
    return drafts + beside


def _last_of_its_line(chosen: Said, agreeing: Sequence[Said]) -> Said:
    """An address goes from the large to the small: 宝龙小区宝龙豪苑 is the last of these landmarks."""
    for one in agreeing:
        follows = one.start == chosen.tail.stop and not chosen.tail.is_cue and not _is_weak(one)
        if follows and one.sharpness == chosen.sharpness and one.drafts[0].place.kind is Kind.LANDMARK:
            chosen = one
    return chosen


def _around(one: Said, scene: Scene, around: Surroundings) -> Surroundings:
    """What is known around one of several names: its own town; else one said by itself, or one that happens to fit."""
    if not around.towns:
        return around
    towns: Sequence[Place] = one.towns
    if not towns:
        owned = {town.id for other in scene.said for town in other.towns}
        is_free = any(town.id not in owned for town in around.towns)
        towns = [
            town
            for town in around.towns
            if is_free or any(draft.place.in_town(town.code12[:9]) for draft in one.drafts)
        ]
    return around._replace(towns=towns)


def _is_weak(one: Said) -> bool:
    return one.drafts[0].confidence < 0.5 * one.drafts[0].likeness


def _fits(said: Said, around: Surroundings) -> bool:
    """Whether a town said in the text holds it; all fit where no town was said."""
    if not around.towns:
        return True
    codes = {town.code12[:9] for town in around.towns}
    return any(draft.place.in_town(code) for draft in said.drafts for code in codes)


def _ease(chosen: Said, drafts: Sequence[Draft], rivals: Sequence[Said], beside: Sequence[Draft]) -> float:
    """How much of its confidence a place keeps beside other places of the same text."""
    best = max(draft.confidence for draft in drafts)
    if best - max(draft.confidence for draft in beside) >= CLEAR_LEAD:
        return 0.95
    if chosen.role is Role.PLACE and all(said.role is not Role.PLACE for said in rivals):
        return 0.85
    is_only_cue = chosen.tail.is_cue and not any(said.tail.is_cue for said in rivals)
    return 0.85 if is_only_cue else 0.6


def _agree(chosen: Said, others: Sequence[Said]) -> list[Draft]:
    drafts = chosen.drafts
    for other in others:
        kept = [draft for draft in drafts if draft.place.codes & other.codes]
        for draft in kept:
            _with_other(draft, other)
        drafts = kept or drafts
    return drafts


def _with_other(draft: Draft, other: Said) -> None:
    shared = draft.place.codes & other.codes
    if len(shared) == 1:
        draft.code12 = next(iter(shared))
    if other.tail.end == draft.start:
        draft.start = other.start
    name = other.drafts[0].place.name
    draft.because(f"与“{name}”相符", max(draft.confidence, AGREED_CONFIDENCE * draft.likeness))
