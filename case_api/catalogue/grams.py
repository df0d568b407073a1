"""A text as runs of one to three characters and of one to three sounds, each with its place in the text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from case_api.catalogue.folding import Folding
from intake.sounds import sounds_of

LONGEST: Final = 3

# A recogniser puts commas where a speaker breathed, and a complaint does not depend on them.
_LEFT_OUT = frozenset("\x00 \t\r\n,.!?;:'\"()[]<>-_~、。，！？；：…—“”‘’（）《》【】﹑·")
_LETTERS_LIMIT = 600
_DIGITS = {ord(digit): "0" for digit in "123456789"}
# Raised when texts are cut otherwise than before, so that older weights are not used.
_FORM = "3-"
_CJK = range(0x4E00, 0x9FA6)


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a text that count, their sounds, and where each stands in the text."""

    characters: str
    sounds: str
    positions: tuple[int, ...]


class Grams:
    """Cuts texts. A text of any length costs no more than one of some hundred letters; the rest is left unread."""

    def __init__(self) -> None:
        self._table = Folding().table | _DIGITS

    def letters(self, text: str) -> Letters:
        """What of a text is read."""
        read = text[: 4 * _LETTERS_LIMIT]
        positions = [at for at, char in enumerate(read) if char not in _LEFT_OUT][:_LETTERS_LIMIT]
        characters = "".join([read[at] for at in positions]).translate(self._table)
        sounds = sounds_of(characters)
        if len(sounds) != len(characters):
            # A capital that becomes two small letters: sounds keep one for one.
            sounds = "".join(sounds_of(char)[:1] or char for char in characters)
        return Letters(characters, sounds, tuple(positions))

    def known(self, letters: Letters, numbers: Mapping[str, int]) -> dict[int, int]:
        """Numbers of the known runs in a text, each with the index of its first letter times four plus its length.

        A run is known only if what it begins with is: what occurs often enough is made of what occurs as often.
        """
        found: dict[int, int] = {}
        for line in (letters.characters, letters.sounds):
            size = len(line)
            for at in range(size):
                for end in range(at + 1, min(at + LONGEST, size) + 1):
                    number = numbers.get(line[at:end])
                    if number is None:
                        break
                    if number not in found:
                        found[number] = at * 4 + end - at
        return found

    def all(self, letters: Letters) -> set[str]:
        """Every run of a text."""
        lines = (letters.characters, letters.sounds)
        return {
            line[at : at + length]
            for line in lines
            for length in range(1, LONGEST + 1)
            for at in range(len(line) - length + 1)
        }


@cache
def readings_mark() -> str:
    """A mark of the sounds of all characters: weights learned by other readings cannot be used."""
    letters = sounds_of("".join(map(chr, _CJK)))
    return _FORM + hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:16]
