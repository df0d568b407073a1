"""What follows a name: 片区, door number with its 附号, a range of numbers, and where from there (门口, 往北50米)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from geocode.relative import MOVE_STARTS, Move, read_move, width_metres

_SIDE = "东北|西北|东南|西南|[东西南北中]"
_SECTION = rf"(?:{_SIDE}|路[东西南北]|[一二三四五六七八九十]|\d{{1,2}}|[a-z])(?:片区|区|片)"
_UNIT = "号楼|号院|号|#楼|#|幢|栋|座|弄"
_STOPS = r",，。;；、:：(（)）!！?？"
# What leads from a name to its section and number (古盈村里面的西区8号), and what may part the two.
_INTO = (
    "(?:(?:里面|里头|里边|内部|境内|辖区内?|范围内|那边|这边|那里|这里|那儿|这儿|那个|这个|[里内那这])?的?)[,，、(（]?"
)
_APART = "[,，、的(（]?"
_NUMBER = (
    rf"(?:从|自|门牌号?码?[是为:：]?)?第?(?P<number>\d{{1,5}})"
    rf"(?:(?:附|[-之])(?P<dash>\d{{1,4}}))?"
    rf"(?:(?:号?[到至与和、~—]|号-)第?(?P<upto>\d{{1,5}})(?=号))?"
    rf"(?:(?P<unit>{_UNIT})(?:(?:附|[-之])(?P<annex>\d{{1,3}})号?(?!楼|层|室))?|(?=$|[{_STOPS}旁对附门斜隔往向朝正]))"
)
_AFTER = rf"(?:(?P<apart>[,，、(（](?:就?[在是]|位于)?)?(?P<after>{_SECTION})(?(apart)(?=[{_STOPS}]|$)[)）]?|(?=$)))"
_TAIL = re.compile(rf"(?:{_INTO}(?P<section>{_SECTION})[)）]?)?(?:{_INTO}{_NUMBER}{_AFTER}?)?")
_HEAD = re.compile(
    rf"(?:(?P<first>{_SECTION}){_APART})?(?P<number>\d{{1,5}})(?:(?:附|[-之])(?P<dash>\d{{1,4}}))?(?P<unit>{_UNIT})"
    rf"(?:(?:附|[-之])(?P<annex>\d{{1,3}})号?)?{_APART}(?P<section>{_SECTION})?[)）]?{_APART}(?:就?[在是]|位于|属于?|归)?$"
)
_DOOR_STARTS = frozenset(
    "里内境辖范那这(（的东西南北中路一二三四五六七八九十从自门第,，、0123456789abcdefghijklmnopqrstuvwxyz"
)
_LOOSE = re.compile(
    rf"(?:^|[{_STOPS}在是])(?:门牌号?码?[是为:：]?)?(?:(?P<section>{_SECTION})的?)?(?P<number>\d{{1,5}})(?:(?:附|[-之])(?P<dash>\d{{1,4}}))?"
    rf"(?P<unit>号楼|号院|号|幢|栋)(?:(?:附|[-之])(?P<annex>\d{{1,3}})号?)?{_AFTER}?"
)
_HEAD_LIMIT = 18
_DATE = re.compile(
    "上午|下午|中午|早上|早晨|晚上|凌晨|夜里|夜间|半夜|傍晚|当天|那天|以来|以后|开始|至今|到现在|前后|杆"
)
# Storeys, rooms and blocks inside the door say no more about where it is.
_INSIDE = re.compile(
    r"(?:[-、]?(?:[a-z]{0,2}\d{1,4}(?:-\d{1,4}){0,2}(?:单元|号?楼|层|室|房|号?店面?|幢|栋|座|#楼?|号|(?=[,，。(（旁对附门]|$))"
    r"|[一二三四五六七八九十a-z]{1,2}(?:单元|楼(?!下)|层|座|栋|幢)|[a-z]\d{0,3}(?:栋|幢|座|楼))){1,3}"
)
_BLOCK = re.compile(r"[a-z]\d{0,3}(?:号楼|栋|幢|座)(?:\d{3,4}(?!号|米))?")
_TOGETHER = re.compile(r"号?(?:的)?(?:之间|中间|这段|那段|路段|一段|段)")
RANGE_LIMIT = 60


class Tail(NamedTuple):
    """What was said after a name. `end` is the end of section and number, `stop` that of all of it; `number` is None
    when there is none; `upto` the last number of a range, and `between` that the place lies within it; `part` the
    stretch of a road (南 of 南段)."""

    end: int
    section: str = ""
    number: int | None = None
    suffix: str = ""
    relative: str = ""
    upto: int | None = None
    between: bool = False
    move: Move | None = None
    part: str = ""
    stop: int = 0
    unit: str = "号"

    @property
    def relative_metres(self) -> float:
        """How much the relative word widens the accuracy."""
        return width_metres(self.relative)

    @property
    def is_cue(self) -> bool:
        """Whether it shows that the name before it means the place of the problem."""
        return self.number is not None or bool(self.relative) or self.move is not None or bool(self.part)

    @property
    def door_words(self) -> str:
        """西区171号, 1168-10号, 11号至29号."""
        if self.number is None:
            return self.section
        suffix = f"-{self.suffix}" if self.suffix else ""
        upto = f"至{self.upto}{self.unit}" if self.between and self.upto is not None else ""
        return f"{self.section}{self.number}{suffix}{self.unit}{upto}"


class _Door(NamedTuple):
    end: int
    section: str = ""
    number: int | None = None
    suffix: str = ""
    upto: int | None = None
    unit: str = "号"
    is_stretch: bool = False


def read_tail(text: str, end: int, next_start: int) -> Tail:
    """The tail of the name that ends at `end`; it stops at `next_start`, where the next name begins."""
    if end >= next_start:
        return Tail(end, stop=end)
    first = text[end]
    if first not in _DOOR_STARTS:
        if first not in MOVE_STARTS:
            return Tail(end, stop=end)
        relative, part, move, stop = read_move(text, end, next_start)
        return Tail(end, relative=relative, move=move, part=part, stop=stop)
    door = _read_door(text, end, next_start)
    stop, between = door.end, door.is_stretch
    if door.number is not None:
        together = _TOGETHER.match(text, stop, next_start) if door.upto is not None else None
        inside = _INSIDE.match(text, stop, next_start) if together is None else None
        if together is not None:
            stop, between = together.end(), True
        elif inside is not None:
            stop = inside.end()
    relative, part, move, stop = read_move(text, stop, next_start)
    return Tail(
        door.end, door.section, door.number, door.suffix, relative, door.upto, between, move, part, stop, door.unit
    )


def _read_door(text: str, end: int, next_start: int) -> _Door:
    found = _TAIL.match(text, end, next_start)
    if found is None or found.end() == end:
        block = _BLOCK.match(text, end, next_start)
        return _Door(block.end() if block else end)
    section, after, digits, unit = found.group("section", "after", "number", "unit")
    if digits is None:
        return _Door(found.end(), section)
    if unit == "号" and _DATE.match(text, found.end(), next_start):
        return _Door(found.end("section") if section else end, section or "")
    return _door(found, section or after or "")


def _door(found: re.Match[str], section: str) -> _Door:
    digits, dash, unit, annex = found.group("number", "dash", "unit", "annex")
    number, linked = int(digits), _linked(found)
    suffix = dash or annex or ""
    upto = linked
    # 90-92号 is a row of doors; the second number of an annex (1168-10号) starts anew.
    if dash and not annex and 0 < int(dash) - number <= RANGE_LIMIT and number >= 10:
        suffix, upto = "", dash
    end = found.end("upto") + 1 if linked and not unit else found.end()
    is_stretch = linked is not None and _linking(found) in ("到", "至")
    return _Door(end, section, number or None, suffix, int(upto) if upto else None, _unit(unit), is_stretch)


def _linked(found: re.Match[str]) -> str | None:
    return found.group("upto") if "upto" in found.re.groupindex else None


def _linking(found: re.Match[str]) -> str:
    """What links the two numbers of a range: 到 means all from the one to the other."""
    return found.string[found.end("number") : found.start("upto")].strip("号第")


def _unit(said: str | None) -> str:
    return {"#": "#楼", None: "号", "": "号"}.get(said, said or "号")


def read_head(text: str, start: int, floor: int) -> tuple[int, Tail] | None:
    """The number said before the name that starts at `start`, not before `floor`: where it begins, and it.

    None when there is none."""
    low = max(floor, start - _HEAD_LIMIT)
    if "号" not in text[low:start] and not any(unit in text[low:start] for unit in "幢栋弄座#"):
        return None
    found = _HEAD.search(text, low, start)
    if found is None or (found.start() > 0 and text[found.start() - 1] in "月年"):
        return None
    door = _door(found, found.group("section") or found.group("first") or "")
    if door.number is None:
        return None
    return found.start(), Tail(
        start, door.section, door.number, door.suffix, upto=door.upto, stop=start, unit=door.unit
    )


def read_loose(text: str, taken: Sequence[tuple[int, int]]) -> tuple[int, Tail] | None:
    """The one number of a text that begins a clause and lies outside the spans `taken`: its start, and it."""
    found = [
        one
        for one in _LOOSE.finditer(text)
        if not _DATE.match(text, one.end()) and not any(start < one.end() and one.start() < end for start, end in taken)
    ]
    if len(found) != 1:
        return None
    door = _door(found[0], found[0].group("section") or found[0].group("after") or "")
    if door.number is None:
        return None
    start = found[0].start("section") if found[0].group("section") else found[0].start("number")
    return start, Tail(door.end, door.section, door.number, door.suffix, upto=door.upto, stop=door.end, unit=door.unit)
