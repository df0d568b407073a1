"""What to ask back when the places found do not decide."""

from __future__ import annotations

from collections.abc import Sequence

from geocode.gazetteer import Kind
from geocode.placing import Spot

SURE = 0.6
NAMES_LIMIT = 4
LIKELY_SHARE = 0.4
WHERE = "请问在哪个街道、社区或哪条路附近？"


def question_for(spots: Sequence[Spot]) -> str | None:
    """The question in words, zh; None when the best candidate is sure enough."""
    if not spots:
        return WHERE
    best = spots[0]
    if best.reading.confidence >= SURE:
        return None
    likely = [spot for spot in spots if spot.reading.confidence >= best.reading.confidence * LIKELY_SHARE]
    if len(likely) == 1:
        return _about_one(best)
    names = list(dict.fromkeys(spot.name for spot in likely))
    if len(names) == 1:
        return f"请问是{names[0]}的哪一处？"
    if len(names) > NAMES_LIMIT:
        return f"请问是{'、'.join(names[:NAMES_LIMIT])}，还是别处？"
    return f"请问是{'、'.join(names[:-1])}还是{names[-1]}？"


def _about_one(spot: Spot) -> str:
    if spot.reading.place.kind is Kind.TOWN:
        return f"请问在{spot.name}的哪个社区或哪条路附近？"
    if spot.is_long_road:
        return f"{spot.name}较长，请问在几号附近，或者在哪个社区？"
    return f"请问是不是在{spot.name}？"
