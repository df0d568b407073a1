"""Sentences as a speech recogniser might write them: what a model is judged on beside the sentences as written."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence

from intake.readings import character_readings
from intake.sounds import sounds_of

_ERROR_RATE = 0.2
_KINDS = ("same", "alike", "near", "lost", "twice")
_SHARES = (50, 22, 16, 9, 3)
_INITIALS = ("b p m", "d t", "g k h f", "j q x", "z c s", "zh ch sh", "zh z j", "ch c q", "sh s x", "n l r")
_FINALS = ("an ang en eng", "en eng in ing", "in ing ian", "o ou uo u", "ong un eng", "ie e ei", "ui ei ai", "ao ou")
_COMMON = range(0xB0, 0xD8)


class Misheard:
    """Puts characters of the same, of a like and of a nearby sound, and loses some. The same text always gets the same
    slips."""

    def __init__(self) -> None:
        self._syllables: dict[str, str] = {}
        self._same: dict[str, list[str]] = {}
        self._alike: dict[str, list[str]] = {}
        for character, readings in character_readings():
            self._syllables[character] = syllable = readings[0].rstrip("1234")
            if _is_common(character):
                self._same.setdefault(syllable, []).append(character)
                self._alike.setdefault(sounds_of(character), []).append(character)
        self._near = {syllable: _near(syllable, self._same) for syllable in self._same}

    def text(self, text: str) -> str:
        """A text with a fifth of its Chinese characters misheard, lost or doubled."""
        rng = random.Random(zlib.crc32(text.encode("utf-8", "surrogatepass")))  # noqa: S311 - repeatable, not secret
        return "".join(self._heard(char, rng) if char in self._syllables else char for char in text)

    def _heard(self, char: str, rng: random.Random) -> str:
        if rng.random() >= _ERROR_RATE:
            return char
        kind = rng.choices(_KINDS, _SHARES)[0]
        if kind in ("lost", "twice"):
            return "" if kind == "lost" else char * 2
        syllable = self._syllables[char]
        near = self._near.get(syllable, ()) if kind == "near" else ()
        if near:
            return rng.choice(self._same[rng.choice(near)])
        known = self._alike.get(sounds_of(char)) if kind == "alike" else self._same.get(syllable)
        return rng.choice(known or [char])


def _near(syllable: str, known: dict[str, list[str]]) -> Sequence[str]:
    """Known syllables with one part taken for a nearby one."""
    initial = next((one for one in ("zh", "ch", "sh") if syllable.startswith(one)), syllable[:1])
    final = syllable[len(initial) :]
    others = {other + final for group in _INITIALS if initial in group.split() for other in group.split()}
    others |= {initial + other for group in _FINALS if final in group.split() for other in group.split()}
    return sorted(others & known.keys() - {syllable})


def _is_common(character: str) -> bool:
    """One of the 3755 of level 1 of GB/T 2312: a recogniser writes no rare ones."""
    try:
        return character.encode("gb2312")[0] in _COMMON
    except UnicodeEncodeError:
        return False
