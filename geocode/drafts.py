"""What is made of one text while it is read: drafts of answers, and the names they come from. They live for one text
only and are sharpened in place; nothing of them is shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from geocode.gazetteer import Form, Kind, Place
from geocode.tail import Tail
from intake.model import Precision

_SHARPNESS = {Kind.LANDMARK: 0, Kind.ROAD: 1, Kind.COMMUNITY: 2, Kind.TOWN: 3, Kind.COUNTY: 4}


class Role(Enum):
    """What a name does in its text. `share` is how much of its confidence it keeps beside the place meant; `is_open`
    tells whether it may name the place of the problem."""

    PLAIN = 1.0
    PLACE = 1.001
    GUIDE = 0.55
    HOME = 0.45
    ORIGIN = 0.44
    WORK = 0.443
    PATH = 0.4
    PAST = 0.25
    ELSEWHERE = 0.3
    DENIED = 0.15

    def __init__(self, share: float) -> None:
        self.share = share
        self.is_open = share >= 1.0

    @property
    def zh(self) -> str:
        """The reason, in words."""
        return _ROLES[self]


_ROLES = {
    Role.PLAIN: "",
    Role.PLACE: "",
    Role.GUIDE: "只作参照",
    Role.HOME: "说的是住处，不是事发地",
    Role.ORIGIN: "说的是籍贯、户口或通信地址，不是事发地",
    Role.WORK: "说的是工作、学习或打电话的地方，不是事发地",
    Role.PATH: "说的是出发或经过的路，不是事发地",
    Role.PAST: "说的是以前的事",
    Role.ELSEWHERE: "前面是外地地名",
    Role.DENIED: "文中说不是这里",
}


@dataclass(slots=True)
class Draft:
    """One place that a name may mean, and how sure that is. `start`, `end` in the normalised text; `in_town` tells that
    a town said in the text contains it; `code12` narrows a road to one community, `town9` to one town; `precision` is
    set where the kind of the place does not give it."""

    place: Place
    form: Form
    start: int
    end: int
    tail: Tail
    confidence: float
    reasons: list[str]
    likeness: float = 1.0
    in_town: bool = False
    code12: str = ""
    town9: str = ""
    precision: Precision | None = None

    def because(self, reason: str, confidence: float | None = None) -> Draft:
        """Itself, with one more reason, and the confidence set."""
        self.reasons.append(reason)
        if confidence is not None:
            self.confidence = confidence
        return self


@dataclass(slots=True)
class Said:
    """A name as said: `[start, end)` is the name alone, `number_span` where its number stands when not after it;
    `towns` are those said in one breath with it."""

    start: int
    end: int
    tail: Tail
    drafts: list[Draft]
    role: Role = Role.PLAIN
    number_span: tuple[int, int] | None = None
    towns: Sequence[Place] = ()
    codes: frozenset[str] = field(default=frozenset())

    @property
    def sharpness(self) -> tuple[bool, int]:
        """How exactly it can be placed: a number, then the kind (less is sharper)."""
        draft = self.drafts[0]
        if draft.precision is Precision.CROSSING:
            return self.tail.number is None, -1
        return self.tail.number is None, _SHARPNESS[draft.place.kind]

    @property
    def rank(self) -> tuple[bool, bool, bool, int, int]:
        """What makes it the place of the problem: its likeness, a number, a relative word or a cue, its kind, coming
        first (less is more)."""
        no_number, sharpness = self.sharpness
        is_cue = self.tail.is_cue or self.role is Role.PLACE
        return self.drafts[0].confidence < 0.4, no_number, not is_cue, sharpness, self.start


def codes_of(drafts: list[Draft]) -> frozenset[str]:
    """The communities any of them lies in."""
    if len(drafts) == 1:
        return drafts[0].place.codes
    return frozenset().union(*(draft.place.codes for draft in drafts))
