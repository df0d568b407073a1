"""From a normalised text to what was said: towns as context, and the finer places with their first confidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from geocode.drafts import Draft, Role, Said, codes_of
from geocode.gazetteer import Entry, Form, Kind, Place
from geocode.pairs import Named, Pairs
from geocode.regions import Regions
from geocode.relative import read_move
from geocode.roles import are_joined, roles_of
from geocode.spelled import How, Mention
from geocode.tail import Tail, read_head, read_loose, read_tail

_TOWN, _COMMUNITY, _ROAD, _LANDMARK, _COUNTY = Kind.TOWN, Kind.COMMUNITY, Kind.ROAD, Kind.LANDMARK, Kind.COUNTY
_FULL, _VARIANT, _SHORT = Form.FULL, Form.VARIANT, Form.SHORT
_LONGER_NAME = re.compile(
    "小区|[东西南北中一二三四]?路(?![面灯边上口旁牙沿基])|大道|大街|街(?![上道边口旁])|巷|桥|小学|中学|幼儿园|学校|医院|酒店|宾馆|大厦"
    "|商城|广场|花园|公园|工业|市场|超市|新村|镇|街道|乡(?!下)|市(?![场民])|县"
)
_OTHER_KIND = re.compile("(?:小区|花园|大厦|广场|公园|小学|中学|医院|市场)$")
_BEFORE_HEAD = frozenset("号楼院区片幢栋座弄#的,，、0123456789")
_UNKNOWN_TOWN = re.compile(r"(?<![\u4e00-\u9fff])?[\u4e00-\u9fff](?<![城乡集小全本我各该老古新村个])(?:镇|乡|街道)$")
_PLAIN = (Role.PLAIN,)
ORDINARY_CONFIDENCE = 0.45
LONGER_CONFIDENCE = 0.5


@dataclass(slots=True)
class Scene:
    """What a text says about where. `context` holds towns and the county as `(start, end, places)`; `towns` those of
    them that the place of the problem lies in, `town_said` how they were said; `elsewhere` spans of other cities;
    `complaints` what did not fit."""

    context: list[tuple[int, int, list[Place]]] = field(default_factory=list)
    towns: list[Place] = field(default_factory=list)
    town_said: list[tuple[Mention, Role]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    elsewhere: Sequence[tuple[int, int]] = ()
    complaints: Sequence[str] = ()
    is_local: bool = False

    def start_with_towns(self, start: int) -> int:
        """Where the towns and the county begin that are said right before `start`, else `start`."""
        for context_start, context_end, _ in reversed(self.context):
            if context_end == start:
                start = context_start
        return start

    def town_drafts(self) -> list[Draft]:
        """The towns as places, for a text that says nothing finer."""
        return [draft for mention, role in self.town_said for draft in _town_drafts(mention, role)]


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
                mentions = _outside(mentions, scene)
        if len(mentions) > 1:
            self._read_many(text, _without_sides(text, mentions), scene)
        elif mentions:
            self._read_many(text, mentions, scene)
        if scene.said and ("号" in text or "幢" in text or "栋" in text):
            _give_loose_number(text, scene.said)
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
        roles = _PLAIN * len(named) if is_one_pair else _roles(text, named, scene)
        kept = _sort_out(text, named, roles, scene)
        if used:
            kept = [one for one in kept if not any(one is named[position] for position in used)]
        said = [_said(text, one, scene.towns) for one in kept]
        if pairs:
            said += [_paired(pair.said, roles, named) for pair in pairs if pair.said is not None]
        if len(said) > 1:
            said.sort(key=lambda one: one.start)
            _mark_guides(text, said, scene)
            said = _once(said)
        scene.said = [one for one in said if one.drafts]


def _is_whole_town(mention: Mention) -> bool:
    """Whether it names a town of this city, or the city, in full: then other cities in the text change nothing."""
    first = mention.entries[0]
    kind = first.place.kind
    return (kind is _TOWN and first.form is _FULL and mention.likeness == 1.0) or kind is _COUNTY


def _with_tails(text: str, mentions: Sequence[Mention]) -> list[Named]:
    length = len(text)
    if len(mentions) == 1:
        return [Named(mentions[0], read_tail(text, mentions[0].end, length), mentions[0].start)]
    ends = [mention.start for mention in mentions[1:]] + [length]
    return [Named(one, read_tail(text, one.end, limit), one.start) for one, limit in zip(mentions, ends, strict=True)]


def _without_sides(text: str, mentions: Sequence[Mention]) -> Sequence[Mention]:
    """Without ordinary words that are the direction of the name before them: 公交站西边20米 names no 西边 village."""
    kept = list(mentions)
    for before, one in pairwise(mentions):
        if before.end == one.start and one.entries[0].ordinary and _is_fine(before):
            stop = read_move(text, one.start, len(text))[3]
            if stop >= one.end:
                kept.remove(one)
    return kept


def _outside(mentions: Sequence[Mention], scene: Scene) -> list[Mention]:
    """Without names that are only part of another city's, and without cities that are part of a name."""
    mentions = [
        one
        for one in mentions
        if one.how is How.EXACT or not any(one.start < end and start < one.end for start, end in scene.elsewhere)
    ]
    kept: list[tuple[int, int]] = []
    for start, end in scene.elsewhere:
        if not any(one.start < start < one.end or (one.start == start and one.end > end) for one in mentions):
            kept.append((start, end))
    scene.elsewhere = kept
    return [one for one in mentions if not any(start <= one.start and one.end <= end for start, end in kept)]


def _roles(text: str, named: Sequence[Named], scene: Scene) -> Sequence[Role]:
    """The role of each name; one name alone is the place whatever goes before it."""
    if len(named) < 2 and not scene.elsewhere:
        return _PLAIN * len(named)
    pieces = [(one.start, one.tail.stop) for one in named]
    if not scene.elsewhere:
        if all(are_joined(text, before[1], following[0]) for before, following in pairwise(pieces)):
            return _PLAIN * len(named)
        return roles_of(text, pieces)
    both = sorted([*pieces, *scene.elsewhere])
    roles = dict(zip(both, roles_of(text, both), strict=True))
    found = [roles[piece] for piece in pieces]
    if any(entry.place.kind in (_TOWN, _COUNTY) for one in named for entry in one.mention.entries):
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


def _sort_out(text: str, named: Sequence[Named], roles: Sequence[Role], scene: Scene) -> list[Named]:
    """Towns and the county to the scene; the rest comes back with its role, with the towns of the same breath, and
    with the end of what was said before it, or -1 where that is its town."""
    finer = False
    for one in named:
        finer = finer or _is_fine(one.mention)
    kept: list[Named] = []
    breath: list[Place] = []
    numbered: list[Named] = []
    floor, is_led = 0, False
    for one, role in zip(named, roles, strict=True):
        mention = one.mention
        towns = _towns_of(mention)
        if is_led or (floor and not are_joined(text, floor, one.start)):
            breath = []
        if towns and towns[0].kind is _COUNTY:
            scene.context.append((one.start, mention.end, towns))
        elif towns and (finer or (len(towns) == len(mention.entries) and one.tail.number is None)):
            scene.context.append((one.start, mention.end, towns))
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
        is_after = one.start >= town.tail.stop and are_joined(text, town.tail.stop, one.start)
        if one.tail.number is None and (is_before or is_after):
            one.number_span = town.mention.end, town.tail.end
            one.tail = _merged(town.tail, one.tail)
            return


def _towns_of(mention: Mention) -> list[Place]:
    entries = mention.entries
    if len(entries) == 1:
        place = entries[0].place
        return [place] if place.kind is _TOWN or place.kind is _COUNTY else []
    return [entry.place for entry in entries if entry.place.kind is _TOWN]


def _is_fine(mention: Mention) -> bool:
    if len(mention.entries) == 1:
        kind = mention.entries[0].place.kind
        return kind is not _TOWN and kind is not _COUNTY
    return all(entry.place.kind is not _TOWN and entry.place.kind is not _COUNTY for entry in mention.entries)


def _base(kind: Kind, form: Form) -> tuple[float, str]:
    if kind is _COMMUNITY:
        if form is _FULL:
            return 0.9, "完整社区（村）名"
        return (0.8, "社区与村互称") if form is _VARIANT else (0.75, "社区（村）简称")
    if kind is _ROAD:
        return 0.9, "道路名"
    if kind is _LANDMARK:
        return 0.88, "地标名"
    return (0.45, "只说到街道（镇）的简称") if form is _SHORT else (0.5, "只说到街道（镇）")


def _town_drafts(mention: Mention, role: Role) -> list[Draft]:
    drafts = []
    for entry in mention.entries:
        if entry.place.kind is _TOWN:
            confidence, reason = _base(_TOWN, entry.form)
            draft = _draft(mention, entry, Tail(mention.end, stop=mention.end), confidence, reason)
            if not role.is_open:
                draft.because(role.zh, draft.confidence * role.share)
            drafts.append(draft)
    return drafts


def _draft(mention: Mention, entry: Entry, tail: Tail, confidence: float, reason: str) -> Draft:
    reasons = [f"“{entry.spelling}”：{reason}"]
    likeness = mention.likeness
    if likeness < 1.0 and mention.remark:
        reasons.append(mention.remark)
    return Draft(
        entry.place, entry.form, mention.start, tail.end, tail, confidence * likeness, reasons, likeness=likeness
    )


def _said(text: str, one: Named, towns: Sequence[Place]) -> Said:
    mention, tail, role, floor = one.mention, one.tail, one.role, one.floor
    number_span = one.number_span
    if tail.number is None and floor >= 0 and mention.start > floor and text[mention.start - 1] in _BEFORE_HEAD:
        before = read_head(text, mention.start, floor)
        if before is not None:
            number_span, tail = (before[0], mention.start), _merged(before[1], tail)
    longer = _LONGER_NAME.match(text, tail.end) if tail.number is None else None
    words = longer.group() if longer else ""
    drafts = []
    for entry in mention.entries:
        draft = _entry_draft(mention, entry, tail, towns, words)
        if draft is not None:
            drafts.append(draft)
    if number_span is not None and number_span[0] < mention.start:
        for draft in drafts:
            draft.start = number_span[0]
    if (
        floor >= 0
        and mention.start > 1
        and role is Role.PLAIN
        and text[mention.start - 1] in "镇乡道"
        and _UNKNOWN_TOWN.search(text, max(0, mention.start - 4), mention.start)
    ):
        _under_unknown_town(drafts)
    codes = codes_of(drafts) if drafts else frozenset()
    return Said(mention.start, mention.end, tail, drafts, role, number_span, one.towns, codes)


def _give_loose_number(text: str, said: Sequence[Said]) -> None:
    """A number in a clause of its own belongs to the one place of the text that can have one."""
    if any(one.tail.number is not None for one in said):
        return
    able = [one for one in said if one.role.is_open and one.drafts[0].place.kind in (_COMMUNITY, _ROAD)]
    loose = read_loose(text, [(one.start, one.tail.end) for one in said]) if len(able) == 1 else None
    if loose is None:
        return
    one = able[0]
    one.number_span = loose[0], loose[1].stop
    one.tail = _merged(loose[1], one.tail)
    for draft in one.drafts:
        draft.tail = one.tail
        draft.reasons.append(f"“{text[loose[0] : loose[1].stop]}”在别处说到")


def _merged(head: Tail, tail: Tail) -> Tail:
    """The number said before a name, with what was said after it."""
    return Tail(
        tail.end,
        tail.section or head.section,
        head.number,
        head.suffix,
        tail.relative,
        head.upto,
        move=tail.move,
        stop=tail.stop,
        unit=head.unit,
    )


def _under_unknown_town(drafts: Sequence[Draft]) -> None:
    for draft in drafts:
        if draft.place.kind is not _TOWN:
            draft.because("前面的镇（街道）不在本市", min(draft.confidence, 0.5))


def _entry_draft(mention: Mention, entry: Entry, tail: Tail, towns: Sequence[Place], longer: str) -> Draft | None:
    place = entry.place
    confidence, reason = _base(place.kind, entry.form)
    # A whole name that is an ordinary word too (新街, 老街) needs the same company as a short one.
    if entry.ordinary and place.kind is not _TOWN:
        if not tail.is_cue and not any(place.in_town(town.code12[:9]) for town in towns):
            return None
        confidence, reason = min(confidence, ORDINARY_CONFIDENCE), "也是常用词"
    if longer and entry.form is _SHORT and place.kind is _COMMUNITY:
        confidence, reason = min(confidence, LONGER_CONFIDENCE), f"简称，后面是“{longer}”，可能是别的名称的一部分"
    if mention.said and place.kind is _COMMUNITY and (other := _OTHER_KIND.search(mention.said)):
        confidence, reason = min(confidence, LONGER_CONFIDENCE), f"说的是{other.group()}，不是社区（村）"
    return _draft(mention, entry, tail, confidence, reason)


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
