"""Writes intake/data/readings.txt: how Chinese characters are read, from the tables of pypinyin (MIT licence).

Run by hand when pypinyin has better tables: `.venv/bin/python -m scripts.make_readings`. The hub itself reads the file:
the package would load fifty megabytes of phrases with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pypinyin.constants import PINYIN_DICT

TARGET = Path(__file__).parents[1] / "intake" / "data" / "readings.txt"
READINGS_LIMIT = 3
_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}


def main() -> None:
    """One line for each character: itself, then its readings as `zhuang1`, the usual one first."""
    lines = list(reading_lines())
    TARGET.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{TARGET}: {len(lines)} characters")


def reading_lines() -> Iterator[str]:
    """The lines of the file, for the characters of the basic plane in the order of their code points."""
    for point, spelled in sorted(PINYIN_DICT.items()):
        if 0x4E00 <= point <= 0x9FFF:
            plain = dict.fromkeys(numbered(one) for one in spelled.split(",")[:READINGS_LIMIT])
            yield " ".join((chr(point), *filter(None, plain)))


def numbered(spelled: str) -> str:
    """`zhuāng` to `zhuang1`, `lǘ` to `lü2`; without a number where there is no tone mark."""
    tone = ""
    letters: list[str] = []
    for char in unicodedata.normalize("NFD", spelled.strip()):
        if char in _TONES:
            tone = _TONES[char]
        elif char == "\u0308":
            letters[-1] = "ü"
        elif char.isalpha():
            letters.append(char)
    return "".join(letters) + tone if letters else ""


if __name__ == "__main__":
    main()
