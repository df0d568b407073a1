"""Sounds of characters, the confusions of accents and telephones: from ICU's readings and a list of our own."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.accuracy.reading_data import DATA, read_lines, read_table

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcs")
_COMMON_ROWS_END = 0xD8
_F_BEFORE = ("a", "ei", "en", "ang", "eng", "o", "u")
_H_FOR_F = {"a": "ua", "ei": "ui", "en": "un", "ang": "uang", "eng": "eng", "o": "uo", "u": "u"}

Syllable = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two parts of syllables that are taken for one another; more often, the greater the weight."""

    part: str
    one: str
    other: str
    weight: int


class Sounds:
    """Readings of characters and characters of readings."""

    def __init__(self) -> None:
        self._syllables: dict[str, str] = {}
        self._common: dict[str, list[str]] = {}
        for line in (DATA / "readings.tsv").read_text(encoding="utf-8").splitlines():
            char, reading = line.split("\t")
            syllable = toneless(reading)
            self._syllables[char] = syllable
            if _is_common(char):
                self._common.setdefault(syllable, []).append(char)
        self.doubtful = frozenset(read_lines("polyphones.txt")[0])
        rows = read_table("confusions.csv")
        self._confusions: Mapping[str, Sequence[Confusion]] = {
            use: [
                Confusion(row["part"], row["one"], row["other"], int(row["weight"]))
                for row in rows
                if row["use"] == use
            ]
            for use in ("accent", "heard")
        }

    def syllable(self, char: str) -> str:
        """Toneless, `v` for ü; the character itself where it has no reading."""
        return self._syllables.get(char, char)

    def syllables(self, words: str) -> tuple[str, ...]:
        """Those of each character."""
        return tuple(self.syllable(char) for char in words)

    def homophones(self, char: str) -> list[str]:
        """Other common characters of the same toneless reading."""
        if char in self.doubtful:
            return []
        return [other for other in self._common.get(self.syllable(char), []) if other != char]

    def confused(self, char: str, use: str, rng: random.Random) -> str | None:
        """A common character whose reading is taken for that of `char` (`use`: accent or heard); None where none is."""
        if char in self.doubtful or char not in self._syllables:
            return None
        heard = [
            (syllable, weight) for syllable, weight in self.near(self.syllable(char), use) if syllable in self._common
        ]
        if not heard:
            return None
        syllable = rng.choices([one for one, _ in heard], [weight for _, weight in heard])[0]
        return rng.choice(self._common[syllable])

    def near(self, syllable: str, use: str) -> list[tuple[str, int]]:
        """Syllables that are taken for this one, with their weights; only syllables that exist."""
        initial, final = split(syllable)
        found = []
        for confusion in self._confusions[use]:
            for one, other in ((confusion.one, confusion.other), (confusion.other, confusion.one)):
                changed = _changed(confusion.part, (initial, final), one, other)
                if changed is not None and (joined := join(*changed)) in self._common:
                    found.append((joined, confusion.weight))
        return found

    def merged(self, words: str) -> tuple[str, ...]:
        """Syllables with everything that accents merge made one: equal for names that an accent cannot tell apart."""
        return tuple(_merged(syllable) for syllable in self.syllables(words))

    def distance(self, one: Sequence[str], other: Sequence[str]) -> float:
        """How far two rows of as many syllables sound apart: 0 the same, 0.5 a known confusion, 1 another sound."""
        total = 0.0
        for first, second in zip(one, other, strict=True):
            if first != second:
                near = [*self.near(first, "accent"), *self.near(first, "heard")]
                total += 0.5 if any(syllable == second for syllable, _ in near) else 1.0
        return total


def toneless(reading: str) -> str:
    """`lǜ` is `lv`, `shuǐ` is `shui`."""
    letters = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def split(syllable: str) -> Syllable:
    """Initial and final, hidden finals shown: `yu` is (``, `v`), `jue` is (`j`, `ve`), `wei` (``, `ui`)."""
    for initial in _INITIALS:
        if syllable.startswith(initial):
            final = syllable[len(initial) :]
            hidden = initial in ("j", "q", "x") and final.startswith("u")
            return initial, "v" + final[1:] if hidden else final
    return "", _BARE.get(syllable, syllable)


def join(initial: str, final: str) -> str:
    """The spelling of initial and final."""
    if not initial:
        return _SPELLED.get(final, final)
    return initial + ("u" + final[1:] if initial in ("j", "q", "x") and final.startswith("v") else final)


_BARE = {
    "yi": "i",
    "ya": "ia",
    "ye": "ie",
    "yao": "iao",
    "you": "iu",
    "yan": "ian",
    "yin": "in",
    "yang": "iang",
    "ying": "ing",
    "yong": "iong",
    "wu": "u",
    "wa": "ua",
    "wo": "uo",
    "wai": "uai",
    "wei": "ui",
    "wan": "uan",
    "wen": "un",
    "wang": "uang",
    "weng": "ueng",
    "yu": "v",
    "yue": "ve",
    "yuan": "van",
    "yun": "vn",
}
_SPELLED = {final: syllable for syllable, final in _BARE.items()}


def _is_common(char: str) -> bool:
    """Whether it is of the first level of GB 2312: the 3,755 characters of daily use."""
    try:
        return char.encode("gb2312")[0] < _COMMON_ROWS_END
    except UnicodeEncodeError:
        return False


def _changed(part: str, syllable: Syllable, one: str, other: str) -> Syllable | None:
    initial, final = syllable
    if part == "final":
        return (initial, other) if final == one else None
    if initial != one:
        return None
    if (one, other) == ("f", "h"):
        return ("h", _H_FOR_F[final]) if final in _F_BEFORE else None
    if (one, other) == ("h", "f"):
        found = next((plain for plain, round_ in _H_FOR_F.items() if round_ == final), None)
        return None if found is None else ("f", found)
    return other, final


def _merged(syllable: str) -> str:
    initial, final = split(syllable)
    if initial == "h" and final in _H_FOR_F.values():
        initial, final = "f", next(plain for plain, round_ in _H_FOR_F.items() if round_ == final)
    initial = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l"}.get(initial, initial)
    return f"{initial}+{final.replace('v', 'i').removesuffix('g')}"
