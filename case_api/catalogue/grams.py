"""A text as runs of one to three characters and of one to three sounds, each with its place in the text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final

from case_api.catalogue.folding import Folding
from intake.sounds import sounds_of

LONGEST: Final = 3

# A recogniser puts commas where a speaker breathed, and a complaint does not depend on them.
_LEFT_OUT = frozenset("\x00 \t\r\n,.!?;:'\"()[]<>-_~、。，！？；：…—“”‘’（）《》【】﹑·")
_LETTERS_LIMIT = 600
_DIGITS = {ord(digit): "0" for digit in "123456789"}
# Raised when texts are cut otherwise than before, so that older weights are not used.
_FORM = "4-"
_CJK = range(0x4E00, 0x9FA6)
_FIRST_SOUND = "\U000f0000"
# Stands for a letter without a sound, and no run begins with it.
_SILENT = "\x01"


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a text that count, their sounds one for one, and the text they were read from."""

    characters: str
    sounds: str
    text: str

    @property
    def positions(self) -> tuple[int, ...]:
        """Where each letter stands in the text."""
        counting = (at for at, char in enumerate(self.text) if char not in _LEFT_OUT)
        return tuple(islice(counting, len(self.characters)))


class Grams:
    """Cuts texts. A text of any length costs no more than one of some hundred letters; the rest is left unread."""

    def __init__(self) -> None:
        self._table = Folding().table | _DIGITS | {ord(char): "" for char in _LEFT_OUT}
        self._sounds = _sounds_alone()

    def letters(self, text: str) -> Letters:
        """What of a text is read."""
        characters = text.translate(self._table)[:_LETTERS_LIMIT]
        sounds = "".join([self._sounds.get(char, _SILENT) for char in characters])
        return Letters(characters, sounds, text)

    def all(self, letters: Letters) -> set[str]:
        """Every run of a text that could be learned from."""
        lines = (letters.characters, letters.sounds)
        runs = {
            line[at : at + length]
            for line in lines
            for length in range(1, LONGEST + 1)
            for at in range(len(line) - length + 1)
        }
        return {run for run in runs if run[0] != _SILENT}


def is_sound(run: str) -> bool:
    """Whether a run is one of sounds: these are letters of a private plane."""
    return run[0] >= _FIRST_SOUND


@cache
def _sounds_alone() -> Mapping[str, str]:
    """The sound of every character that has one."""
    characters = "".join(map(chr, _CJK))
    return {char: sound for char, sound in zip(characters, sounds_of(characters), strict=True) if sound != char}


@cache
def readings_mark() -> str:
    """A mark of the sounds of all characters: weights learned by other readings cannot be used."""
    letters = sounds_of("".join(map(chr, _CJK)))
    return _FORM + hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:16]
