"""Text as the matcher sees it, with a map back: every span of an answer refers to the text as it was given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from geocode.numerals import NUMERAL, value

_SAME = {"巿": "市", "﹑": "、", "〇": "零", "○": "零"}
# All but what stays as it is: most texts are Han, digits and a few stops.
_ODD = re.compile(r"[^\u4e00-\u5dfe\u5e00-\u9fff0-9a-z、。“”…《》-]")


class Normalised(NamedTuple):
    """`text` for matching; character i came from `starts[i]` to `ends[i]` of the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """`[start, end)` of the normalised text as a span of the original."""
        if start >= end:
            return (0, 0)
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """The normalised text alone: how names of the pack are brought to the same form."""
    return normalise(text).text


def normalise(text: str) -> Normalised:
    """Half width, lower case, one form of each character, no white space or controls, door numbers in Arabic digits.

    Idempotent on its own text; the time grows with the length only."""
    folded = _ODD.sub(_folded, text)
    length = len(text)
    if len(folded) == length:
        if NUMERAL.search(folded) is None:
            return Normalised(folded, range(length), range(1, length + 1))
        starts = list(range(length))
    else:
        starts = [index for index, char in enumerate(text) if _ODD.match(char) is None or _fold_character(char)]
    ends = [start + 1 for start in starts]
    return _arabic(folded, starts, ends)


def _folded(found: re.Match[str]) -> str:
    return _fold_character(found.group())


def _fold_character(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        char = chr(code - 0xFEE0)
    # One character in, one out: longer foldings (ligatures, fractions) would not survive a second pass.
    lowered = char.lower()
    if len(lowered) == 1:
        char = lowered
    return "" if char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Zs") else char


def _arabic(folded: str, starts: list[int], ends: list[int]) -> Normalised:
    pieces: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    done = 0
    for match in NUMERAL.finditer(folded):
        number = value(match.group())
        if number is None:
            continue
        low, high = match.span()
        pieces += (folded[done:low], number)
        new_starts += starts[done:low] + [starts[low]] * len(number)
        new_ends += ends[done:low] + [ends[high - 1]] * len(number)
        done = high
    pieces.append(folded[done:])
    return Normalised("".join(pieces), tuple(new_starts + starts[done:]), tuple(new_ends + ends[done:]))
