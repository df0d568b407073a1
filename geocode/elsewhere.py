"""Names of a text that belong to another city, and what each name does in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from geocode.drafts import Role
from geocode.gazetteer import Kind
from geocode.named import Named
from geocode.roles import are_joined, roles_of
from geocode.scene import Scene
from geocode.spelled import How, Mention

PLAIN = (Role.PLAIN,)


def without_elsewhere(mentions: Sequence[Mention], scene: Scene) -> list[Mention]:
    """Without names that are only part of another city's, and without cities that are part of a name."""
    mentions = [
        one
        for one in mentions
        if one.how is How.EXACT or not any(one.start < end and start < one.end for start, end in scene.elsewhere)
    ]
    kept: list[tuple[int, int]] = []
    for start, end in scene.elsewhere:
        # 安海海东 is the 海东 of 安海: right after a name of this city a name is this city's too.
        is_longest = not any(one.start < start < one.end or (one.start == start and one.end > end) for one in mentions)
        is_led = any(one.end == start for one in mentions) and any(
            one.start == start and one.end == end for one in mentions
        )
        if is_longest and not is_led:
            kept.append((start, end))
    scene.elsewhere = kept
    return [one for one in mentions if not any(start <= one.start and one.end <= end for start, end in kept)]


def roles_in(text: str, named: Sequence[Named], scene: Scene) -> Sequence[Role]:
    """The role of each name; one name alone is the place whatever goes before it."""
    if len(named) < 2 and not scene.elsewhere:
        return PLAIN * len(named)
    pieces = [(one.start, one.tail.stop) for one in named]
    if not scene.elsewhere:
        if all(are_joined(text, before[1], following[0]) for before, following in pairwise(pieces)):
            return PLAIN * len(named)
        return roles_of(text, pieces)
    both = sorted([*pieces, *scene.elsewhere])
    roles = dict(zip(both, roles_of(text, both), strict=True))
    found = [roles[piece] for piece in pieces]
    if any(entry.place.kind in (Kind.TOWN, Kind.COUNTY) for one in named for entry in one.mention.entries):
        scene.is_local = True
    for start, end in scene.elsewhere:
        _put_elsewhere(text, (start, end), roles[start, end], pieces, found, is_local=scene.is_local)
    return found


def _put_elsewhere(
    text: str,
    other: tuple[int, int],
    role: Role,
    pieces: Sequence[tuple[int, int]],
    roles: list[Role],
    *,
    is_local: bool,
) -> None:
    """Names behind another city in one clause are its own; so are all of a text that says nothing of this city."""
    for position, (start, _) in enumerate(pieces):
        between = text[other[1] : start]
        is_near = start >= other[1] and not any(char in between for char in ",，。;；!！?？")
        if position and is_near and pieces[position - 1][0] >= other[1]:
            is_near = roles[position - 1] is Role.ELSEWHERE
        if is_near or (not is_local and role.is_open):
            roles[position] = Role.ELSEWHERE
