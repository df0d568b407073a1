"""What to ask back when the places found do not decide."""

from __future__ import annotations

from collections.abc import Sequence

from geocode.gazetteer import Kind
from geocode.placing import Spot
from intake.model import PlaceCandidate

SURE = 0.6
NAMES_LIMIT = 4
LIKELY_SHARE = 0.4
WHERE = "请问在哪个街道、社区或哪条路附近？"


def question_for(
    spots: Sequence[Spot], candidates: Sequence[PlaceCandidate], complaints: Sequence[str] = ()
) -> str | None:
    """The question in words, zh; None when the best candidate is sure enough. `candidates` are the spots as they are
    answered."""
    if not spots:
        return WHERE
    if candidates[0].confidence >= SURE:
        return None
    best = spots[0].draft.confidence
    likely = [spot for spot in spots if spot.draft.confidence >= best * LIKELY_SHARE]
    if complaints:
        return f"{complaints[0]}，{_which(likely)}"
    return _about_one(spots[0]) if len(likely) == 1 else _which(likely)


def _which(likely: Sequence[Spot]) -> str:
    names = list(dict.fromkeys(spot.name for spot in likely))
    if len(names) == 1:
        return f"请问是{names[0]}的哪一处？"
    if len(names) > NAMES_LIMIT:
        return f"请问是{'、'.join(names[:NAMES_LIMIT])}，还是别处？"
    return f"请问是{'、'.join(names[:-1])}还是{names[-1]}？"


def _about_one(spot: Spot) -> str:
    if spot.draft.place.kind is Kind.TOWN:
        return f"请问在{spot.name}的哪个社区或哪条路附近？"
    if spot.is_long_road:
        return f"{spot.name}较长，请问在几号附近，或者在哪个社区？"
    return f"请问是不是在{spot.name}？"
