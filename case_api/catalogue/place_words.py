"""The words that only say where: hidden before a text is read, so that a place never decides a kind."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import ahocorasick

from case_api.catalogue.folding import Folding

HIDDEN = "\x00"

_NUMBER = re.compile(r"(?:[东西南北中]区)?\d+(?:-\d+)?号")
_SHORTEST = 3


class PlaceWords:
    """Names of a city and words such as 菜市场旁边. Immutable; safe from any thread."""

    def __init__(self, words: Iterable[str]) -> None:
        self._folding = Folding()
        self._automaton = ahocorasick.Automaton()
        self._any = False
        for word in words:
            folded = self._folding.fold(word)
            if len(folded) >= _SHORTEST:
                self._automaton.add_word(folded, len(folded))
                self._any = True
        if self._any:
            self._automaton.make_automaton()

    def hide(self, text: str) -> str:
        """The text with what says where put as `HIDDEN`, one for one."""
        folded = self._folding.fold(text)
        spans = [match.span() for match in _NUMBER.finditer(folded)]
        if self._any:
            spans += [(last + 1 - length, last + 1) for last, length in self._automaton.iter(folded)]
        if not spans:
            return text
        letters = list(text)
        for start, end in spans:
            letters[start:end] = HIDDEN * (end - start)
        return "".join(letters)


def city_place_words(folder: Path, spots: Iterable[str], says_what: Callable[[str], bool]) -> list[str]:
    """Names of divisions and places of a pack, and its `spots`. A name that `says_what` (a toilet, a car park) stays
    readable: a report may be about the place itself."""
    names: dict[str, None] = {}
    for row in _rows(folder / "divisions.csv"):
        short = row["short_name"] + row["type"] if row["short_name"] else ""
        names |= dict.fromkeys((row["name"], short))
    for row in _rows(folder / "places.csv"):
        names |= dict.fromkeys((row["name"], *row["aliases"].split("|")))
    return [*(name for name in names if name and not says_what(name)), *spots]


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: value or "" for name, value in row.items()} for row in csv.DictReader(file)]
