"""From a normalised text to what was said: towns as context, and the finer places with their first confidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from geocode.gazetteer import Entry, Form, Kind, Place
from geocode.index import NameIndex
from geocode.reading import Reading, Said
from geocode.spelled import Mention
from geocode.tail import Tail, read_tail

_BASE = {
    (Kind.COMMUNITY, Form.FULL): (0.9, "完整社区（村）名"),
    (Kind.COMMUNITY, Form.VARIANT): (0.8, "社区与村互称"),
    (Kind.COMMUNITY, Form.SHORT): (0.75, "社区（村）简称"),
    (Kind.ROAD, Form.FULL): (0.9, "道路名"),
    (Kind.LANDMARK, Form.FULL): (0.88, "地标名"),
    (Kind.TOWN, Form.FULL): (0.5, "只说到街道（镇）"),
    (Kind.TOWN, Form.VARIANT): (0.5, "只说到街道（镇）"),
    (Kind.TOWN, Form.SHORT): (0.45, "只说到街道（镇）的简称"),
}
_LONGER_NAME = re.compile(
    "小区|[东西南北中一二三四]?路(?![面灯边上口旁牙沿基])|大道|大街|街(?![上道边口旁])|巷|桥|小学|中学|幼儿园|学校|医院|酒店|宾馆|大厦|商城|广场|花园|公园|工业|市场|超市|新村"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a text says about where: context (towns, the county) and the finer places said."""

    context: tuple[Mention, ...]
    towns: tuple[Place, ...]
    said: tuple[Said, ...]


def read_scene(text: str, index: NameIndex) -> Scene:
    """Mentions of a normalised text sorted into context and places."""
    mentions = index.find(text)
    finer = [mention for mention in mentions if all(_is_fine(entry) for entry in mention.entries)]
    context, towns, open_mentions = [], [], []
    for position, mention in enumerate(mentions):
        next_start = mentions[position + 1].start if position + 1 < len(mentions) else len(text)
        tail = read_tail(text, mention.end, next_start)
        coarse = [entry.place for entry in mention.entries if entry.place.kind is Kind.TOWN]
        if mention.entries[0].place.kind is Kind.COUNTY:
            context.append(mention)
        elif coarse and (finer or len(coarse) == len(mention.entries)) and tail.number is None:
            context.append(mention)
            towns += coarse
        else:
            open_mentions.append((mention, tail))
    said = [_said(text, mention, tail, towns) for mention, tail in open_mentions]
    return Scene(tuple(context), tuple(towns), tuple(_once(said)))


def _is_fine(entry: Entry) -> bool:
    return entry.place.kind not in (Kind.TOWN, Kind.COUNTY)


def _said(text: str, mention: Mention, tail: Tail, towns: Sequence[Place]) -> Said:
    readings = []
    longer = _LONGER_NAME.match(text, tail.end) if tail.number is None else None
    for entry in mention.entries:
        confidence, reason = _BASE.get((entry.place.kind, entry.form), (0.7, "名称"))
        # A whole name that is an ordinary word too (新街, 老街) needs the same company as a short one.
        if entry.place.kind is not Kind.TOWN and entry.ordinary:
            if not tail.is_cue and not any(entry.place.in_town(town.code12[:9]) for town in towns):
                continue
            confidence, reason = min(confidence, 0.45), "也是常用词"
        if entry.form is Form.SHORT and longer and entry.place.kind is Kind.COMMUNITY:
            confidence, reason = min(confidence, 0.5), f"简称，后面是“{longer.group()}”，可能是别的名称的一部分"
        reasons = _with_remark(f"“{entry.spelling}”：{reason}", mention)
        readings.append(
            Reading(
                entry.place,
                entry.form,
                mention.start,
                tail.end,
                tail,
                confidence * mention.likeness,
                reasons,
                likeness=mention.likeness,
            )
        )
    return Said(mention, tail, tuple(readings))


def _with_remark(reason: str, mention: Mention) -> tuple[str, ...]:
    remark = mention.remark
    return (reason, remark) if remark else (reason,)


def _once(said: Sequence[Said]) -> list[Said]:
    """The same name twice counts once, where it has a number or a relative word."""
    best: dict[tuple[str, ...], Said] = {}
    for found in said:
        if not found.readings:
            continue
        key = tuple(reading.place.id for reading in found.readings)
        if key not in best or (found.tail.is_cue and not best[key].tail.is_cue):
            best[key] = found
    return list(best.values())


def town_readings(scene: Scene) -> tuple[Reading, ...]:
    """The towns as places, for a text that says nothing finer."""
    readings: dict[str, Reading] = {}
    for mention in scene.context:
        for entry in mention.entries:
            if entry.place.kind is Kind.TOWN:
                confidence, reason = _BASE[Kind.TOWN, entry.form]
                tail = Tail(mention.end)
                reading = Reading(
                    entry.place,
                    entry.form,
                    mention.start,
                    mention.end,
                    tail,
                    confidence * mention.likeness,
                    _with_remark(f"“{entry.spelling}”：{reason}", mention),
                    likeness=mention.likeness,
                )
                readings.setdefault(entry.place.id, reading)
    return tuple(readings.values())
