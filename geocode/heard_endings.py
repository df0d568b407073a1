"""The words that say what kind of place a name names, as a text has them: written, by their sound, or worn down."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from geocode.sounds import Likeness, Sounds
from geocode.stems import Stems

WORN_LIMIT, CLEAR_ENDING, SWALLOWED_CLEARLY, LIKE_ENDING = 0.45, 0.22, 0.12, 0.27
VILLAGE = "村"
_CUE = re.compile(
    r"\d|,?[这那][里边个儿]|[东西南北中]区|[东西南北]片|门口|门前|对面|对过|旁|附近|斜对|隔壁|边上|周边|路口|后面|前面"
)
_CUE_WORDS = ("门口", "对面", "背面", "旁边", "附近", "隔壁", "路面", "路灯")
# What reports go on with behind a place.
_SUBJECT_WORDS = (
    "有人", "有个", "井盖", "垃圾", "工地", "墙上", "公厕", "路边", "里面", "下水", "雨水", "污水", "消防", "广告",
    "行道", "绿化", "房子", "电线", "音响", "油烟", "水管", "树枝", "道路", "路牌", "车辆", "停车",
)  # fmt: skip
# These stand after a name of their own right: 西安市 is no 西安村.
_NO_ENDING = frozenset("是在有这只市省县时事")
_SWALLOWED = (VILLAGE, "镇", "社区", "街道")
_OF_THE_ROAD = frozenset("面灯边上旁牙沿基")

Found = dict[str, tuple[int, float]]
"""Endings that the text has at a place: where each stops, and how unlike it is."""


class Endings:
    """Immutable; safe from any thread. `swallowed(char)` are the endings whose first syllable a character may be."""

    def __init__(self, stems: Stems, sounds: Sounds) -> None:
        self._stems = stems
        self._sounds = sounds
        self._cues = frozenset(sounds.codes(word) for word in _CUE_WORDS)
        self._subjects = frozenset(sounds.codes(word) for word in _SUBJECT_WORDS)
        self.swallowed = _swallowed(sounds.worn)
        self.village_code = sounds.codes(VILLAGE)

    def at(self, text: str, codes: str, position: int) -> Found:
        """What stands at a position and is or sounds like the ending of a name; `codes` is the text as sounds."""
        found: Found = {}
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
        for ending in self.swallowed(text[position]):
            if ending not in found:
                worn = self._worn(text, codes, position, ending)
                if worn is not None:
                    found[ending] = worn
        return found

    def cue(self, text: str, codes: str, position: int) -> bool:
        """Whether a number or a relative word follows, as after the name of a place."""
        return _CUE.match(text, position) is not None or codes[position : position + 2] in self._cues

    def is_worn_village(self, text: str, codes: str, position: int) -> bool:
        """Whether a character that may be 村 worn down (`swallowed` says so) is that at this position."""
        return codes[position] != self.village_code and self._worn(text, codes, position, VILLAGE) is not None

    def _worn(self, text: str, codes: str, position: int, ending: str) -> tuple[int, float] | None:
        stop = position + len(ending)
        if stop > len(text):
            return None
        cost = self._sounds.worn(text[position], ending[0])
        if len(ending) > 1:
            cost += self._sounds.worn(text[position + 1], ending[1])
            return (stop, cost) if cost <= CLEAR_ENDING else None
        if cost <= SWALLOWED_CLEARLY or codes[stop : stop + 2] in self._subjects or self.cue(text, codes, stop):
            return (stop, cost) if cost <= WORN_LIMIT else None
        return None


def _swallowed(worn: Likeness) -> Callable[[str], tuple[str, ...]]:
    """Of a character, the endings whose first syllable it may be, worn down."""

    @lru_cache(maxsize=16_384)
    def swallowed(char: str) -> tuple[str, ...]:
        if char in _NO_ENDING:
            return ()
        written = tuple(ending for ending in _SWALLOWED if ending[0] == char)
        return written or tuple(ending for ending in _SWALLOWED if worn(char, ending[0]) <= WORN_LIMIT)

    return swallowed
