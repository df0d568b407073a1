"""Names whose stem sounds as the text does, with an ending that is there, worn down, spelled wrong or left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from geocode.slips import slip_end
from geocode.sounds import SAME_TONELESS, Likeness, Sounds
from geocode.spelled import How
from geocode.stems import Hit, Spelled, Stems

NAMES_LIMIT = 48
WORN_LIMIT, CLEAR_ENDING, SWALLOWED_CLEARLY, LIKE_ENDING = 0.45, 0.22, 0.12, 0.27
SHORT_STEM, BARE_IN_TOWN, BARE = 0.05, 0.15, 0.35
ANY_ENDING, WRONG_ENDING, DOUBLED = 0.4, 0.4, 0.15
_CUE = re.compile(
    r"\d|[这那][里边个儿]|[东西南北中]区|[东西南北]片|门口|门前|对面|对过|旁|附近|斜对|隔壁|边上|周边|路口|后面|前面"
)
_CUE_WORDS = ("门口", "对面", "背面", "旁边", "附近", "隔壁")
_SECTION = re.compile("[东西南北中][区片]")
# These stand after a name of their own right: 西安市 is no 西安村.
_NO_ENDING = frozenset("是在有这只市省县时事")
_SWALLOWED = ("村", "镇", "社区", "街道")
# Without these a name is a short one, which is found as it is.
_DIVISIONS = frozenset("村镇乡")
_OF_THE_ROAD = frozenset("面灯边上旁牙沿基")

Endings = dict[str, tuple[int, float]]
"""Endings that the text has at a place: where each stops, and how unlike it is."""


class StemSearch:
    """Immutable; safe from any thread."""

    def __init__(self, stems: Stems, sounds: Sounds) -> None:
        self._stems = stems
        self._sounds = sounds
        self._cues = frozenset(sounds.codes(word) for word in _CUE_WORDS)
        self._swallowed = _swallowed(sounds.worn)

    def search(self, text: str, codes: str, town_ends: set[int]) -> Iterator[Hit]:
        """Hits in the order of their ends; the ends of towns among them are added to `town_ends`."""
        last_end, endings, has_cue = -1, Endings(), False
        for start, end, (names, kinds, stems) in self._stems.sounding(codes):
            if end != last_end:
                last_end, endings, has_cue = end, self._endings(text, codes, end), self._cue(text, codes, end)
            said = text[start:end]
            after_town = start in town_ends
            alone = "" in kinds and (has_cue or after_town or end - start > 2)
            if not alone and said not in stems and kinds.isdisjoint(endings):
                continue
            for one in names if len(names) <= NAMES_LIMIT else names[:NAMES_LIMIT]:
                hit = self._hit(text, (start, end), one, endings)
                if hit is None and alone and not one.ending:
                    hit = self._bare(said, (start, end), one, after_town)
                if hit is not None and not text.startswith(one.spelling, start):
                    if one.is_town:
                        town_ends.add(hit.end)
                    yield hit

    def _hit(self, text: str, span: tuple[int, int], one: Spelled, endings: Endings) -> Hit | None:
        start, end = span
        found = endings.get(one.ending)
        if found is not None:
            return self._judged(text[start:end], (start, found[0]), found[1], one)
        if one.ending and text.startswith(one.stem, start):
            return _slipped(text, span, one)
        return None

    def _judged(self, said: str, span: tuple[int, int], ending_cost: float, one: Spelled) -> Hit:
        costs = list(map(self._sounds.unlike, said, one.stem))
        same = max(*costs, ending_cost) <= SAME_TONELESS
        likeness = 1.0 - sum(costs) / len(costs) - ending_cost / 2
        if len(costs) == 2:
            likeness -= SHORT_STEM
        start, stop = span
        return Hit(start, stop, one, How.HOMOPHONE if same else How.ACCENT, likeness)

    def _endings(self, text: str, codes: str, position: int) -> Endings:
        """What stands at a position and is or sounds like the ending of a name."""
        found: Endings = {}
        if position >= len(text):
            return found
        for ending in self._stems.endings_sounding(codes, position):
            stop = position + len(ending)
            said = text[position:stop]
            if said == ending:
                found[ending] = stop, 0.0
            elif not (ending[-1] == "路" and text[stop : stop + 1] in _OF_THE_ROAD):
                cost = max(map(self._sounds.unlike, said, ending))
                if cost <= LIKE_ENDING:
                    found[ending] = stop, cost / 2
        for ending in self._swallowed(text[position]):
            if ending not in found:
                worn = self._worn(text, codes, position, ending)
                if worn is not None:
                    found[ending] = worn
        return found

    def _worn(self, text: str, codes: str, position: int, ending: str) -> tuple[int, float] | None:
        size = len(ending)
        stop = position + size
        if stop > len(text):
            return None
        cost = self._sounds.worn(text[position], ending[0])
        if size > 1:
            cost += self._sounds.worn(text[position + 1], ending[1])
            return (stop, cost) if cost <= CLEAR_ENDING else None
        if cost > WORN_LIMIT or (cost > SWALLOWED_CLEARLY and not self._cue(text, codes, stop)):
            return None
        return stop, cost

    def _cue(self, text: str, codes: str, position: int) -> bool:
        """Whether a number or a relative word follows, as after the name of a place."""
        return _CUE.match(text, position) is not None or codes[position : position + 2] in self._cues

    def _bare(self, said: str, span: tuple[int, int], one: Spelled, after_town: bool) -> Hit:
        hit = self._judged(said, span, 0.0, one)
        less = BARE_IN_TOWN if after_town or len(said) > 2 else BARE
        return hit._replace(likeness=hit.likeness - less, is_bare=True)


def _swallowed(worn: Likeness) -> Callable[[str], tuple[str, ...]]:
    """Of a character, the endings whose first syllable it may be, worn down."""

    @lru_cache(maxsize=16_384)
    def swallowed(char: str) -> tuple[str, ...]:
        if char in _NO_ENDING:
            return ()
        return tuple(ending for ending in _SWALLOWED if worn(char, ending[0]) <= WORN_LIMIT)

    return swallowed


def _slipped(text: str, span: tuple[int, int], one: Spelled) -> Hit | None:
    """The stem as it is written with its last character twice, or with one character of the ending wrong."""
    start, end = span
    if text[end - 1] == text[end : end + 1] and text.startswith(one.ending, end + 1):
        return Hit(start, end + 1 + len(one.ending), one, How.NEAR, 1.0 - DOUBLED)
    if len(one.ending) == 1 and one.ending in _DIVISIONS:
        return None
    if _SECTION.match(text, end):
        return None
    stop = slip_end(text, end, one.ending)
    if stop is None:
        return None
    if len(one.ending) == 1:
        return Hit(start, stop, one, How.NEAR, ANY_ENDING)
    likeness = 1.0 - WRONG_ENDING / min(3, len(one.ending)) - (SHORT_STEM if end - start == 2 else 0.0)
    return Hit(start, stop, one, How.NEAR, likeness)
