"""Chinese text as sounds: one letter a syllable, without tones, with the folds of southern speakers.

The folding is this module's own and coarse: it compares texts with each other. Place names are read by `geocode`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from intake.readings import character_readings

# Private use, so that a syllable never looks like a letter of the text.
_FIRST = 0xF0000
_FOLDS = (
    (re.compile("^([zcs])h"), r"\1"),
    (re.compile("^[rn](?=[aeiou])"), "l"),
    (re.compile("^hu(?=[aeo])"), "f"),
    (re.compile("(?<=[aei])ng$"), "n"),
)


def sounds_of(text: str) -> str:
    """The text with each Chinese character put as its sound; everything else in lower case, as it stands."""
    return text.translate(_table()).lower()


@cache
def _table() -> Mapping[int, str]:
    """From code point to sound, by the usual reading of each character; made once, some 20,000 entries."""
    letters: dict[str, str] = {}
    table: dict[int, str] = {}
    for character, readings in character_readings():
        syllable = _folded(readings[0])
        table[ord(character)] = letters.setdefault(syllable, chr(_FIRST + len(letters)))
    return table


def _folded(reading: str) -> str:
    plain = reading.rstrip("1234").replace("ü", "u")
    for pattern, by in _FOLDS:
        plain = pattern.sub(by, plain)
    return plain
