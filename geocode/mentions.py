"""From a normalised text to what was said: towns as context, and the finer places with their first confidence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from geocode.drafts import Role, Said
from geocode.elsewhere import PLAIN, roles_in, without_elsewhere
from geocode.first_drafts import ORDINARY_CONFIDENCE, first_said, give_loose_number, with_number
from geocode.gazetteer import Kind, Place
from geocode.named import Named
from geocode.pairs import Pairs
from geocode.regions import Regions
from geocode.roles import are_joined
from geocode.scene import Scene
from geocode.spelled import Mention
from geocode.tail import read_tail

LED_LIMIT = 12
_COMMAS = (",", "，", "、")
_TOWN, _COUNTY = Kind.TOWN, Kind.COUNTY


class SceneReader:
    """Reads scenes. Immutable, safe from any thread."""

    def __init__(self, pairs: Pairs, regions: Regions) -> None:
        self._pairs = pairs
        self._regions = regions

    def read(self, text: str, mentions: Sequence[Mention]) -> Scene:
        """Mentions of a normalised text sorted into context and places."""
        scene = Scene()
        if not mentions:
            return scene
        if not any(map(_is_whole_town, mentions)):
            scene.elsewhere = self._regions.find(text, [one.start for one in mentions])
            if scene.elsewhere:
                mentions = without_elsewhere(mentions, scene)
        if len(mentions) > 1:
            self._read_many(text, _without_sides(text, mentions), scene)
        elif mentions:
            self._read_many(text, mentions, scene)
        if scene.said and ("号" in text or "幢" in text or "栋" in text):
            give_loose_number(text, scene.said)
        return scene

    def _read_many(self, text: str, mentions: Sequence[Mention], scene: Scene) -> None:
        named = _with_tails(text, mentions)
        for one in named:
            if one.start:
                one.start = self._regions.own_before(text, one.start)
        pairs = self._pairs.find(text, named)
        used: set[int] = set()
        if pairs:
            scene.complaints = [pair.complaint for pair in pairs if pair.complaint]
            used.update(position for pair in pairs if pair.said is not None for position in pair.used)
        is_one_pair = len(pairs) == 1 and len(used) == len(named) and not scene.elsewhere
        roles = PLAIN * len(named) if is_one_pair else roles_in(text, named, scene)
        kept = _sort_out(text, named, roles, scene)
        if used:
            kept = [one for one in kept if not any(one is named[position] for position in used)]
        said = [first_said(text, one, scene.towns) for one in kept]
        if pairs:
            said += [_paired(pair.said, roles, named) for pair in pairs if pair.said is not None]
        if len(said) > 1:
            said.sort(key=lambda one: one.start)
            _mark_guides(text, said, scene)
            said = _once(said)
        scene.said = [one for one in said if one.drafts]


def _is_whole_town(mention: Mention) -> bool:
    """Whether it names a town of this city, or the city, in full: then other cities in the text change nothing."""
    return mention.sort.is_whole and mention.likeness == 1.0


def _with_tails(text: str, mentions: Sequence[Mention]) -> list[Named]:
    length = len(text)
    if len(mentions) == 1:
        return [Named(mentions[0], read_tail(text, mentions[0].end, length), mentions[0].start)]
    ends = [mention.start for mention in mentions[1:]] + [length]
    return [Named(one, read_tail(text, one.end, limit), one.start) for one, limit in zip(mentions, ends, strict=True)]


def _without_sides(text: str, mentions: Sequence[Mention]) -> Sequence[Mention]:
    """Without ordinary words that are the direction from the name before them: neither 公交站西边20米 nor
    公交站往西边20米 names the village 西边."""
    kept = list(mentions)
    for before, one in pairwise(mentions):
        if one.start - before.end <= LED_LIMIT and one.entries[0].ordinary and before.sort.is_fine:
            stop = read_tail(text, before.end, len(text)).stop
            if stop >= one.end:
                kept.remove(one)
    return kept


def _sort_out(text: str, named: Sequence[Named], roles: Sequence[Role], scene: Scene) -> list[Named]:
    """Towns and the county to the scene; the rest comes back with its role, with the towns of the same breath, and
    with the end of what was said before it, or -1 where that is its town."""
    finer = any(one.mention.sort.is_fine for one in named)
    kept: list[Named] = []
    breath: list[Place] = []
    numbered: list[Named] = []
    floor, is_led = 0, False
    for one, role in zip(named, roles, strict=True):
        mention = one.mention
        towns = mention.sort.towns
        if is_led or (floor and not are_joined(text, floor, one.start)):
            breath = []
        if towns and towns[0].kind is _COUNTY:
            scene.context.append((one.start, mention.end, list(towns)))
        elif towns and (finer or (len(towns) == len(mention.entries) and one.tail.number is None)):
            scene.context.append((one.start, mention.end, list(towns)))
            # The list grows for all names of the breath, those before the town too.
            breath += towns
            if role.is_open or len(named) == 1:
                scene.towns += towns
            scene.town_said.append((mention, role))
            if one.tail.number is not None:
                numbered.append(one)
        else:
            joined = bool(scene.context) and scene.context[-1][1] == mention.start
            one.role, one.towns, one.floor = role, breath, -1 if joined else floor
            kept.append(one)
        floor, is_led = one.tail.stop, bool(one.tail.relative)
    for town in numbered:
        _pass_number_on(text, town, kept)
    if finer and not scene.towns and scene.context and all(not one.role.is_open for one in kept):
        scene.towns = [place for _, _, places in scene.context for place in places if place.kind is _TOWN]
    return kept


def _pass_number_on(text: str, town: Named, kept: Sequence[Named]) -> None:
    """A town has no doors: a number said right after it is that of the village or road right before or after it."""
    for one in kept:
        is_before = one.tail.stop <= town.start and are_joined(text, one.tail.stop, town.start)
        is_after = one.start >= town.tail.stop and _leads_to(text, town.tail.stop, one.start)
        if one.tail.number is None and (is_before or is_after):
            one.number_span = town.mention.end, town.tail.end
            one.tail = with_number(town.tail, one.tail)
            return


def _leads_to(text: str, stop: int, start: int) -> bool:
    return text[stop:start] in _COMMAS or are_joined(text, stop, start)


def _paired(said: Said, roles: Sequence[Role], named: Sequence[Named]) -> Said:
    for one, role in zip(named, roles, strict=True):
        if said.start <= one.mention.start < said.end:
            said.towns = said.towns or one.towns
            if not role.is_open and said.role.is_open:
                said.role = role
    return said


def _mark_guides(text: str, said: Sequence[Said], scene: Scene) -> None:
    """A旁边的B: A only leads to B."""
    for one, following in pairwise(said):
        tail = one.tail
        leads = (tail.relative or tail.move is not None) and one.role.is_open
        follows = following.drafts and are_joined(text, tail.stop, scene.start_with_towns(following.start))
        if leads and follows and following.drafts[0].confidence > ORDINARY_CONFIDENCE:
            one.role = Role.GUIDE


def _once(said: Sequence[Said]) -> list[Said]:
    """The same name twice counts once, where it is the place of the problem, and has a number or a relative word."""
    best: dict[tuple[str, ...], Said] = {}
    for found in said:
        if not found.drafts:
            continue
        key = tuple(draft.place.id for draft in found.drafts)
        old = best.get(key)
        if old is None or (found.role.share, found.tail.is_cue) > (old.role.share, old.tail.is_cue):
            best[key] = found
    return list(best.values())
