"""What follows a name: 片区, door number with its 附号, and a relative word (门口, 对面, 附近)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAIL = re.compile(
    r"(?P<section>(?:东北|西北|东南|西南|[东西南北中]|路[东西南北]|[一二三四五六七八九十]|\d{1,2})(?:片区|区|片))?"
    r"(?:第?(?P<number>\d{1,5})(?:[-之](?P<dash>\d{1,4}))?"
    r"(?:(?:号楼|号院|号|#楼|#|幢|栋)(?:附(?P<annex>\d{1,3})号?)?|(?=$|[,，。;；、(（旁对附门的])))?"
)
_RELATIVE = re.compile(
    r"(?:的|那里|那|这里|这)?"
    r"(?P<word>斜对面|正对面|大门口|门口|门前|门外|旁边|隔壁|边上|对面|对过|附近|一带|周边|前面|后面|里面|路口|旁|边|前|后|里|内|外)"
)
_WIDTH_METRES = {
    "门": 10.0,
    "大": 10.0,
    "旁": 20.0,
    "隔": 20.0,
    "边": 20.0,
    "对": 30.0,
    "斜": 40.0,
    "正": 30.0,
    "前": 30.0,
    "后": 30.0,
    "路": 30.0,
    "附": 150.0,
    "一": 200.0,
    "周": 200.0,
}


@dataclass(frozen=True, slots=True)
class Tail:
    """What was said after a name. `end` is the end of section and number; `number` None when there is none."""

    end: int
    section: str = ""
    number: int | None = None
    suffix: str = ""
    relative: str = ""

    @property
    def relative_metres(self) -> float:
        """How much the relative word widens the accuracy."""
        return _WIDTH_METRES.get(self.relative[:1], 0.0)

    @property
    def is_cue(self) -> bool:
        """Whether it shows that the name before it means the place of the problem."""
        return self.number is not None or bool(self.relative)

    @property
    def door_words(self) -> str:
        """西区171号, 1168-10号."""
        if self.number is None:
            return self.section
        return f"{self.section}{self.number}{'-' + self.suffix if self.suffix else ''}号"


def read_tail(text: str, end: int, next_start: int) -> Tail:
    """The tail of the name that ends at `end`; it stops at `next_start`, where the next name begins."""
    found = _TAIL.match(text, end, next_start)
    section, number, suffix, stop = "", None, "", end
    if found and found.group():
        section = found.group("section") or ""
        number = int(found.group("number")) if found.group("number") else None
        suffix = found.group("dash") or found.group("annex") or ""
        stop = found.end()
    relative = _RELATIVE.match(text, stop, min(next_start, stop + 8))
    return Tail(stop, section, number or None, suffix, relative.group("word") if relative else "")
