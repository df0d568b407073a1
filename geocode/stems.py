"""Names cut in two for listening: the stem that tells places apart, and the ending that says what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick

from geocode.gazetteer import Entry, Form, Kind
from geocode.sounds import Sounds
from geocode.spelled import How

# Words for kinds of places, the longest first where one ends another; without one a name ends with its last character.
ENDINGS = (
    "社区居委会", "老人活动中心", "街道办事处", "村委会", "居委会", "社区", "街道", "街道办", "中心小学", "中心幼儿园",
    "镇政府", "农贸市场", "派出所", "公交站", "加油站", "卫生所", "卫生院", "汽车站", "工业区", "幼儿园", "体育公园",
    "文化中心", "邮政支局", "小区", "新村", "花园", "公园", "广场", "大厦", "公寓", "市场", "医院", "小学", "中学",
    "祠堂", "大道", "大街", "中路", "东路", "西路", "南路", "北路", "公路", "环路", "村", "镇", "乡", "路", "街", "巷",
)  # fmt: skip
_ENDINGS = frozenset(ENDINGS)
_LONGEST_ENDING = max(map(len, ENDINGS))
SHARED_LIMIT = 48
STEM_LIMIT = 7

Names = Mapping[str, Sequence[Entry]]


@dataclass(frozen=True, slots=True, eq=False)
class Spelled:
    """A name cut in two: 古盈 and 村. Of a short name (古盈) or one of two
    characters (霞村) all is stem. `code` is the ending as sounds; `is_town`
    tells that it names a town and nothing finer."""

    spelling: str
    stem: str
    ending: str
    code: str
    entries: tuple[Entry, ...]
    is_town: bool


class Hit(NamedTuple):
    """A name that `[start, end)` of the text may be; `is_bare` when nothing said what kind of place it is."""

    start: int
    end: int
    spelled: Spelled
    how: How
    likeness: float
    is_bare: bool = False


class Alike(NamedTuple):
    """The names whose stems sound the same, with their endings and their stems for a first look."""

    names: tuple[Spelled, ...]
    endings: frozenset[str]
    stems: tuple[str, ...]


_NO_SIZES = 2, 0
_NOTHING = 0, Alike((), frozenset(), ())


def cut(spelling: str, form: Form) -> tuple[str, str]:
    """Stem and ending; the stem keeps two characters at least."""
    if form is Form.SHORT or len(spelling) == 2:
        return spelling, ""
    for size in range(min(_LONGEST_ENDING, len(spelling) - 2), 1, -1):
        if spelling[-size:] in _ENDINGS:
            return spelling[:-size], spelling[-size:]
    return spelling[:-1], spelling[-1]


class Stems:
    """Every name by the sound of its stem, and by that sound but for one syllable. Immutable."""

    def __init__(self, names: Names, sounds: Sounds) -> None:
        by_sound: dict[str, list[Spelled]] = {}
        holed: dict[str, tuple[Spelled, ...]] = {}
        self._sizes: dict[str, tuple[int, int]] = {}
        endings: dict[str, str] = {}
        for one in _spelled(names, sounds):
            endings[one.ending] = one.code
            ways = sounds.codes_of_name(one.stem)
            for way in ways:
                by_sound.setdefault(way, []).append(one)
            if one.ending and len(one.stem) <= STEM_LIMIT and not one.ending.endswith(("委会", "街道办")):
                self._hole(one, ways, holed)
        self._holed = {key: found for key, found in holed.items() if len(found) <= SHARED_LIMIT}
        self.longest = max((len(way) for way in by_sound), default=0)
        self._automaton = ahocorasick.Automaton()
        shared: dict[frozenset[str], frozenset[str]] = {}
        for way, found in by_sound.items():
            names_of_way = tuple(dict.fromkeys(found))
            kinds = frozenset(one.ending for one in names_of_way)
            stems = tuple(dict.fromkeys(one.stem for one in names_of_way))
            self._automaton.add_word(way, (len(way), Alike(names_of_way, shared.setdefault(kinds, kinds), stems)))
        self._automaton.make_automaton()
        self._empty = not by_sound
        endings.pop("", None)
        self._by_sound = _by_first((code, ending) for ending, code in endings.items())
        self._by_char = _by_first((ending, ending) for ending in endings)
        self._holed_endings = _by_first((code, code) for code in self._sizes)
        self.first_of_endings = frozenset(self._by_sound)
        self.first_of_holed = frozenset(self._holed_endings)
        self.first_characters = frozenset(self._by_char)
        self.second_of_endings = frozenset(code[1] for code in endings.values() if len(code) > 1)

    def _hole(self, one: Spelled, ways: Sequence[str], holed: dict[str, tuple[Spelled, ...]]) -> None:
        size = len(one.stem)
        shortest, longest = self._sizes.get(one.code, (size, size))
        self._sizes[one.code] = min(shortest, size), max(longest, size)
        alone = (one,)
        for key in {one.code + hole for way in ways for hole in (way, *holes(way))}:
            found = holed.setdefault(key, alone)
            if found is not alone and len(found) <= SHARED_LIMIT:
                holed[key] = found + alone

    def sounding(self, codes: str) -> Iterator[tuple[int, int, Alike]]:
        """Start and end in the text, and the names whose stem sounds so; `codes` is the text as sounds."""
        if self._empty:
            return
        for last, (length, found) in self._automaton.iter(codes):
            yield last + 1 - length, last + 1, found

    def endings_sounding(self, codes: str, position: int) -> list[str]:
        """The endings, as characters, whose sound the text has at a position."""
        known = self._by_sound.get(codes[position])
        return [ending for code, ending in known if codes.startswith(code, position)] if known else []

    def endings_from(self, char: str) -> Sequence[tuple[str, str]]:
        """The endings that begin with a character, each twice."""
        return self._by_char.get(char, ())

    def holed_endings(self, codes: str, position: int) -> list[str]:
        """The endings, as sounds, that the text has at a position and that `with_hole` knows; the first of them is one
        of `first_of_holed`."""
        return [code for code, _ in self._holed_endings[codes[position]] if codes.startswith(code, position)]

    def sizes(self, code: str) -> tuple[int, int]:
        """The lengths of the shortest and the longest stem before an ending, by its sound."""
        return self._sizes.get(code, _NO_SIZES)

    def exactly(self, way: str, ending: str) -> Sequence[Spelled]:
        """The names whose stem sounds so and that end so."""
        alike: Alike = self._automaton.get(way, _NOTHING)[1]
        return [one for one in alike.names if one.ending == ending] if ending in alike.endings else ()

    def with_hole(self, key: str) -> tuple[Spelled, ...]:
        """Names by the sounds of ending and stem, one syllable of the stem left out or none."""
        return self._holed.get(key, ())


def _by_first(endings: Iterable[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for key, value in sorted(endings):
        found.setdefault(key[0], []).append((key, value))
    return found


def holes(codes: str) -> list[str]:
    """The string without its first character, without its second, and so on."""
    return [codes[:place] + codes[place + 1 :] for place in range(len(codes))]


def _spelled(names: Names, sounds: Sounds) -> Iterator[Spelled]:
    # One object for each ending and its sound: they stand in very many names.
    known: dict[str, tuple[str, str]] = {}
    for spelling, entries in names.items():
        form = entries[0].form
        if entries[0].place.kind is Kind.COUNTY:
            continue
        stem, ending = cut(spelling, form)
        is_town = all(entry.place.kind is Kind.TOWN for entry in entries)
        if ending not in known:
            known[ending] = ending, sounds.codes(ending)
        yield Spelled(spelling, stem, *known[ending], tuple(entries), is_town)
