"""The first drafts of a name: what it may be, how sure its form makes that, and the number said with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geocode.drafts import Draft, Role, Said, codes_of
from geocode.gazetteer import Entry, Form, Kind, Place
from geocode.named import Named
from geocode.spelled import Mention
from geocode.tail import Tail, read_head, read_loose

_TOWN, _COMMUNITY, _ROAD, _LANDMARK = Kind.TOWN, Kind.COMMUNITY, Kind.ROAD, Kind.LANDMARK
_FULL, _VARIANT, _SHORT = Form.FULL, Form.VARIANT, Form.SHORT
_LONGER_NAME = re.compile(
    "小区|[东西南北中一二三四]?路(?![面灯边上口旁牙沿基])|大道|大街|街(?![上道边口旁])|巷|桥|小学|中学|幼儿园|学校|医院|酒店|宾馆|大厦"
    "|商城|广场|花园|公园|工业|市场|超市|新村|镇|街道|乡(?!下)|市(?![场民])|县"
)
_OTHER_KIND = re.compile("(?:小区|花园|大厦|广场|公园|小学|中学|医院|市场)$")
_BEFORE_HEAD = frozenset("号楼院区片幢栋座弄#的,，、)）在是于属归0123456789")
_UNKNOWN_TOWN = re.compile(r"[\u4e00-\u9fff](?<![城乡集小全本我各该老古新村个])(?:镇|乡|街道)$")
ORDINARY_CONFIDENCE, NUMBERED_CONFIDENCE = 0.45, 0.75
LONGER_CONFIDENCE = 0.5


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


def town_drafts(mention: Mention, role: Role) -> list[Draft]:
    """The towns of a name as places."""
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


def first_said(text: str, one: Named, towns: Sequence[Place]) -> Said:
    """A name with a draft for each place it may mean; `towns` are those said in the text."""
    mention, tail, role, floor = one.mention, one.tail, one.role, one.floor
    number_span = one.number_span
    if tail.number is None and floor >= 0 and mention.start > floor and text[mention.start - 1] in _BEFORE_HEAD:
        before = read_head(text, mention.start, floor)
        if before is not None:
            number_span, tail = (before[0], mention.start), with_number(before[1], tail)
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


def give_loose_number(text: str, said: Sequence[Said]) -> None:
    """A number in a clause of its own belongs to the one place of the text that can have one."""
    if any(one.tail.number is not None for one in said):
        return
    able = [one for one in said if one.role.is_open and one.drafts[0].place.kind in (_COMMUNITY, _ROAD)]
    loose = read_loose(text, [(one.start, one.tail.end) for one in said]) if len(able) == 1 else None
    if loose is None:
        return
    one = able[0]
    one.number_span = loose[0], loose[1].stop
    one.tail = with_number(loose[1], one.tail)
    for draft in one.drafts:
        draft.tail = one.tail
        draft.reasons.append(f"“{text[loose[0] : loose[1].stop]}”在别处说到")


def with_number(head: Tail, tail: Tail) -> Tail:
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
        is_address = entry.form is _FULL and tail.number is not None
        confidence, reason = min(confidence, NUMBERED_CONFIDENCE if is_address else ORDINARY_CONFIDENCE), "也是常用词"
    if longer and entry.form is _SHORT and place.kind is _COMMUNITY:
        confidence, reason = min(confidence, LONGER_CONFIDENCE), f"简称，后面是“{longer}”，可能是别的名称的一部分"
    if mention.said and place.kind is _COMMUNITY and (other := _OTHER_KIND.search(mention.said)):
        confidence, reason = min(confidence, LONGER_CONFIDENCE), f"说的是{other.group()}，不是社区（村）"
    return _draft(mention, entry, tail, confidence, reason)
