"""Text as the matcher sees it, with a map back: every span of an answer refers to the text as it was given."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SAME = {"巿": "市", "﹑": "、", "〇": "零"}
_DIGITS = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {"两": "2"}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = re.compile(r"[零一二三四五六七八九两十百千]{1,12}(?=号|弄|幢|栋)|(?<=附)[零一二三四五六七八九十]{1,4}(?=号)")


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` for matching; character i came from `starts[i]` to `ends[i]` of the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

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
    if text.isascii():
        chars, starts = _fold_ascii(text)
    else:
        chars, starts = _fold_characters(text)
    ends = [start + 1 for start in starts]
    folded = "".join(chars)
    if _NUMERAL.search(folded) is None:
        return Normalised(folded, tuple(starts), tuple(ends))
    return _arabic(folded, starts, ends)


def _fold_ascii(text: str) -> tuple[list[str], list[int]]:
    kept = [index for index, char in enumerate(text) if char.isprintable() and char != " "]
    return [text[index].lower() for index in kept], kept


def _fold_characters(text: str) -> tuple[list[str], list[int]]:
    chars: list[str] = []
    starts: list[int] = []
    for index, char in enumerate(text):
        for piece in _fold_character(char):
            chars.append(piece)
            starts.append(index)
    return chars, starts


def _fold_character(char: str) -> str:
    if "\u4e00" <= char <= "\u9fff":
        return _SAME.get(char, char)
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
    for match in _NUMERAL.finditer(folded):
        number = _value(match.group())
        if number is None:
            continue
        low, high = match.span()
        pieces += (folded[done:low], number)
        new_starts += starts[done:low] + [starts[low]] * len(number)
        new_ends += ends[done:low] + [ends[high - 1]] * len(number)
        done = high
    pieces.append(folded[done:])
    return Normalised("".join(pieces), tuple(new_starts + starts[done:]), tuple(new_ends + ends[done:]))


def _value(numeral: str) -> str | None:
    """`一百七十一` to `171`, `一七一` to `171`; None for what is no number, such as `十百`."""
    if not any(char in _UNITS for char in numeral):
        return "".join(_DIGITS[char] for char in numeral)
    total, digit, last_unit = 0, None, 10_000
    for char in numeral:
        if char in _UNITS:
            if _UNITS[char] >= last_unit:
                return None
            last_unit = _UNITS[char]
            total += (1 if digit is None else digit) * last_unit
            digit = None
        elif digit:
            return None
        else:
            digit = int(_DIGITS[char])
    return str(total + (digit or 0))
