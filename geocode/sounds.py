"""How Chinese characters sound, and how far two sounds lie apart in the ear of a listener or of a recogniser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from geocode.syllables import Syllable, final_distance, folded, initial_distance, split
from intake.readings import character_readings

SAME_SOUND, OTHER_TONE, RARER, FOLDED, UNLIKE = 0.12, 0.04, 0.06, 0.1, 1.0
SAME_TONELESS = SAME_SOUND + OTHER_TONE
WAYS_LIMIT = 6
_STEPS = 200
_FIRST_CODE = 0xE000
# How much the final counts where it is swallowed.
_SWALLOWED_FINAL = 0.35

Reading = tuple[int, str]
"""A syllable by its number, and its tone (empty for none)."""
Readings = Mapping[str, tuple[Reading, ...]]
Rows = list[bytes]
"""Distances of syllables, by their numbers, in steps: as numbers they would take ten megabytes."""
Likeness = Callable[[str, str], float]


class Sounds:
    """The readings of every character. Immutable after it is built; safe from any thread.

    A code is one character of the private use area for one syllable as southern speakers tell syllables apart
    (zh/z, ch/c, sh/s, n/l/r, f/h, -ng/-n, ü/i are one). What is no Chinese character is its own code.

    `unlike(said, meant)` is how unlike two characters sound: 0.0 for the same one, at least `SAME_SOUND` for another,
    up to 1.0. `worn` is the same for the last syllables of a name, whose finals are swallowed first (村 as 尺, 社区 as
    社群), 0.0 for those that sound the same. `is_everyday` tells words that stand in any report, and so are seldom a
    name misheard."""

    def __init__(self) -> None:
        data = files("geocode").joinpath("data")
        syllables, readings = _read()
        everyday = frozenset(data.joinpath("everyday_words.txt").read_text(encoding="utf-8").split())
        self.is_everyday = everyday.__contains__
        classes: dict[str, str] = {}
        codes = [classes.setdefault(folded(one), chr(_FIRST_CODE + len(classes))) for one in syllables]
        self._table = {ord(char): codes[found[0][0]] for char, found in readings.items()}
        self._ways = {
            char: "".join(dict.fromkeys(codes[number] for number, _ in found))
            for char, found in readings.items()
            if len(found) > 1
        }
        initials, finals = _tables(syllables)
        apart = np.minimum(initials + finals, UNLIKE)
        classed = np.array([ord(code) for code in codes])
        same = classed[:, None] == classed
        apart[same] = np.minimum(apart, FOLDED)[same]
        # Functions of the tables alone: a method would hold the object that holds it, and neither would be let go.
        self.unlike = _unlike(readings, _rows(apart))
        self.worn = _worn(readings, _rows(np.minimum(initials + _SWALLOWED_FINAL * finals, UNLIKE)))

    def codes(self, text: str) -> str:
        """The text as codes, one for one; of a character with several readings, the usual one."""
        return text.translate(self._table)

    def codes_of_name(self, name: str) -> list[str]:
        """The name as codes, once for each way to read it, the usual one first; `WAYS_LIMIT` ways at most."""
        ways = [""]
        for char, usual in zip(name, self.codes(name), strict=True):
            several = self._ways.get(char)
            if several is None:
                ways = [way + usual for way in ways]
            else:
                ways = [way + code for code in several for way in ways][:WAYS_LIMIT]
        return ways


def _read() -> tuple[list[Syllable], Readings]:
    """The syllables by their numbers, and the readings of the characters."""
    numbers: dict[str, int] = {}
    known: dict[str, Reading] = {}
    readings: dict[str, tuple[Reading, ...]] = {}
    for char, spelled in character_readings():
        for one in spelled:
            if one not in known:
                plain = one.rstrip("1234")
                known[one] = numbers.setdefault(plain, len(numbers)), one[len(plain) :]
        readings[char] = tuple(known[one] for one in spelled)
    return [split(plain) for plain in numbers], readings


def _unlike(readings: Readings, apart: Rows) -> Likeness:
    @lru_cache(maxsize=65_536)
    def unlike(said: str, meant: str) -> float:
        if said == meant:
            return 0.0
        ours, theirs = readings.get(said), readings.get(meant)
        if not ours or not theirs:
            return UNLIKE
        nearest = min(
            apart[one][other] / _STEPS + (0.0 if tone == other_tone else OTHER_TONE) + (rank + other_rank) * RARER
            for rank, (one, tone) in enumerate(ours)
            for other_rank, (other, other_tone) in enumerate(theirs)
        )
        return min(UNLIKE, SAME_SOUND + nearest)

    return unlike


def _worn(readings: Readings, apart: Rows) -> Likeness:
    @lru_cache(maxsize=16_384)
    def worn(said: str, meant: str) -> float:
        if said == meant:
            return 0.0
        ours, theirs = readings.get(said), readings.get(meant)
        if not ours or not theirs:
            return UNLIKE
        return min(apart[one][other] for one, _ in ours for other, _ in theirs) / _STEPS

    return worn


def _rows(distances: NDArray[np.float64]) -> Rows:
    return [row.tobytes() for row in np.rint(distances * _STEPS).astype(np.uint8)]


def _tables(syllables: list[Syllable]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distances of initials and of finals, each of shape (n, n) over the syllables."""
    initials = list(dict.fromkeys(one.initial for one in syllables))
    finals = list(dict.fromkeys((one.medial, one.vowel, one.coda) for one in syllables))
    by_initial = np.array([[initial_distance(one, other) for other in initials] for one in initials])
    by_final = np.array([[final_distance(one, other) for other in finals] for one in finals])
    first = np.array([initials.index(one.initial) for one in syllables])
    last = np.array([finals.index((one.medial, one.vowel, one.coda)) for one in syllables])
    return by_initial[first][:, first], by_final[last][:, last]
