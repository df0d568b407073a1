"""A name found in a text, and how it was found: as it is written, by its sound, or but for one character."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from geocode.gazetteer import Entry, Form, Kind, Place


class How(Enum):
    """What of the name the text has: itself, its Mandarin sound, its sound in a southern mouth or in a recogniser's
    ear, or all but one of its characters."""

    EXACT = "exact"
    HOMOPHONE = "homophone"
    ACCENT = "accent"
    NEAR = "near"


_TOWN, _COUNTY = Kind.TOWN, Kind.COUNTY
_WORDS = {How.HOMOPHONE: "与“{}”同音", How.ACCENT: "听起来像“{}”", How.NEAR: "与“{}”差一个字"}


class Sort(NamedTuple):
    """What a name names, asked of it very often: `is_fine` when nothing coarser than a community, `has_road` when a
    road too; `towns` are its towns, or the county; `codes9` the towns by nine digits; `is_whole` tells that it is
    the county, or a town in full."""

    is_fine: bool
    has_road: bool
    towns: tuple[Place, ...] = ()
    codes9: frozenset[str] = frozenset()
    is_whole: bool = False


# All names that are neither town nor county share these.
_FINE = {has_road: Sort(True, has_road) for has_road in (False, True)}


def sort_of(entries: Sequence[Entry]) -> Sort:
    """What the places of one name are."""
    kinds = {entry.place.kind for entry in entries}
    has_road = Kind.ROAD in kinds
    if kinds.isdisjoint((_TOWN, _COUNTY)):
        return _FINE[has_road]
    first = entries[0]
    is_county = first.place.kind is _COUNTY
    towns = tuple(entry.place for entry in entries if entry.place.kind is (_COUNTY if is_county else _TOWN))
    codes9 = frozenset(place.code12[:9] for place in towns if place.kind is _TOWN)
    is_whole = is_county or (first.place.kind is _TOWN and first.form is Form.FULL)
    return Sort(False, has_road, towns, codes9, is_whole)


class Mention(NamedTuple):
    """A name in a normalised text, `[start, end)`, and the places it may name; of an exact name, all of
    one form.

    `likeness` is 1.0 for the name itself and less the more the text differs; a confidence is multiplied by it.
    `spelling` is the name of the pack that matched, `said` what the text has instead, empty when that is the same."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    how: How = How.EXACT
    likeness: float = 1.0
    spelling: str = ""
    said: str = ""
    sort: Sort = _FINE[False]

    @property
    def remark(self) -> str:
        """The reason to give, zh: “古英村”与“古盈村”同音. Empty for an exact name."""
        if self.how is How.EXACT:
            return ""
        return f"“{self.said}”{_WORDS[self.how].format(self.spelling)}"


def towns_of(mentions: Sequence[Mention]) -> set[str]:
    """The towns said, as codes of nine digits."""
    return {code9 for mention in mentions for code9 in mention.sort.codes9}


def in_towns(entries: Sequence[Entry], towns: set[str]) -> bool:
    """Whether any of the places lies in one of the towns, codes of nine digits."""
    for entry in entries:
        place = entry.place
        if place.code12[:9] in towns or any(code[:9] in towns for code in place.codes):
            return True
    return False
