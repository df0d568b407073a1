"""How Chinese characters sound, and how far two sounds lie apart in the ear of a listener or of a recogniser."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pypinyin.constants import PINYIN_DICT

from geocode.syllables import Syllable, final_distance, folded, initial_distance, split

READINGS_LIMIT = 3
SAME_SOUND, OTHER_TONE, RARER, FOLDED, UNLIKE = 0.12, 0.04, 0.06, 0.1, 1.0
SAME_TONELESS = SAME_SOUND + OTHER_TONE
_FIRST_CODE = 0xE000
_TONES = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}

Reading = tuple[int, int]
"""A syllable by its number, and its tone (0 for none)."""


class Sounds:
    """The readings of every character. Immutable after it is built; safe from any thread.

    A code is one character of the private use area for one syllable as southern speakers tell syllables apart
    (zh/z, ch/c, sh/s, n/l/r, f/h, -ng/-n, ü/i are one). What is no Chinese character is its own code."""

    def __init__(self) -> None:
        numbers: dict[str, int] = {}
        self._readings: dict[str, tuple[Reading, ...]] = {}
        for point, spelled in PINYIN_DICT.items():
            found = [_plain(one) for one in spelled.split(",")[:READINGS_LIMIT]]
            self._readings[chr(point)] = tuple(
                dict.fromkeys((numbers.setdefault(plain, len(numbers)), tone) for plain, tone in found if plain)
            )
        syllables = [split(plain) for plain in numbers]
        classes: dict[str, str] = {}
        self._codes = [classes.setdefault(folded(one), chr(_FIRST_CODE + len(classes))) for one in syllables]
        self._table = {ord(char): self._codes[found[0][0]] for char, found in self._readings.items() if found}
        initials, finals = _tables(syllables)
        apart = np.minimum(initials + finals, UNLIKE)
        code_of = np.array([ord(code) for code in self._codes])
        apart[code_of[:, None] == code_of] = np.minimum(apart, FOLDED)[code_of[:, None] == code_of]
        self._apart: list[list[float]] = apart.tolist()
        self._worn: list[list[float]] = np.minimum(initials + 0.35 * finals, UNLIKE).tolist()
        self.unlike = lru_cache(maxsize=65_536)(self._unlike)
        self.worn = lru_cache(maxsize=16_384)(self._worn_apart)

    def codes(self, text: str) -> str:
        """The text as codes, one for one; of a character with several readings, the usual one."""
        return text.translate(self._table)

    def codes_of_name(self, name: str, limit: int = 6) -> list[str]:
        """The name as codes, once for each way to read it, the usual one first; `limit` ways at most."""
        ways = [""]
        for char in name:
            readings = self._readings.get(char)
            codes = dict.fromkeys(self._codes[number] for number, _ in readings) if readings else (char,)
            ways = [way + code for code in codes for way in ways][:limit]
        return ways

    def _unlike(self, said: str, meant: str) -> float:
        """How unlike two characters sound: 0.0 for the same one, at least `SAME_SOUND` for another, up to 1.0."""
        if said == meant:
            return 0.0
        ours, theirs = self._readings.get(said), self._readings.get(meant)
        if not ours or not theirs:
            return UNLIKE
        apart = min(
            self._apart[one][other] + (0.0 if tone == other_tone else OTHER_TONE) + (rank + other_rank) * RARER
            for rank, (one, tone) in enumerate(ours)
            for other_rank, (other, other_tone) in enumerate(theirs)
        )
        return min(UNLIKE, SAME_SOUND + apart)

    def _worn_apart(self, said: str, meant: str) -> float:
        """The same for the last syllable of a name, whose final is swallowed first (村 as 尺, 社区 as 社群)."""
        if said == meant:
            return 0.0
        ours, theirs = self._readings.get(said), self._readings.get(meant)
        if not ours or not theirs:
            return UNLIKE
        return min(self._worn[one][other] for one, _ in ours for other, _ in theirs)


def _tables(syllables: list[Syllable]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distances of initials and of finals, each of shape (n, n) over the syllables."""
    initials = list(dict.fromkeys(one.initial for one in syllables))
    finals = list(dict.fromkeys((one.medial, one.vowel, one.coda) for one in syllables))
    by_initial = np.array([[initial_distance(one, other) for other in initials] for one in initials])
    by_final = np.array([[final_distance(one, other) for other in finals] for one in finals])
    first = np.array([initials.index(one.initial) for one in syllables])
    last = np.array([finals.index((one.medial, one.vowel, one.coda)) for one in syllables])
    return by_initial[first][:, first], by_final[last][:, last]


def _plain(spelled: str) -> tuple[str, int]:
    """`lǘ` to `lü` and 2: pinyin without its tone mark, and the tone."""
    tone, letters = 0, []
    for char in unicodedata.normalize("NFD", spelled.strip()):
        if char in _TONES:
            tone = _TONES[char]
        elif char == "\u0308":
            letters[-1] = "ü"
        elif char.isalpha():
            letters.append(char)
    return "".join(letters), tone
