"""How alike two texts are as tellings of one problem: its own words count; place words and politeness do not.

Texts are compared by sound, so that what a recogniser wrote down is like what was said. Runs of two and three sounds
are weighed: those that only name the category weigh little, since the category is judged by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from intake.sounds import sounds_of
from intake.spelling import clean_text

_NOISE = re.compile(r"[\W_]+")
_POLITE = re.compile(
    "您好|你好|喂|麻烦|请问|请你们|请|谢谢|感谢|尽快|赶紧|抓紧|处理一下|处理|解决一下|解决|反映一下|反映|投诉|举报|上报|"
    "我是|我想|我要|我们|希望|有关部门|相关部门|派人|过来|来看看|看一下|看看|很危险|太危险|市民|工作人员|师傅|一下|催单"
)
_REMEMBERED = 4096
_RUNS = ((2, 0.6), (3, 1.0))
_KNOWN_WEIGHT = 0.3
# A run of sounds, its first two, its last two, and its weight.
_Run = tuple[str, str, str, float]
# 3号楼, 12栋, 5号杆, 编号A12: what tells one thing from its neighbour. Lengths of time and distances do not.
_MARK = re.compile(
    r"(?<![\d.])([A-Za-z]{0,3}\d{1,5}(?:-\d{1,3})?)(号楼|号杆|号井|号路灯|号|栋|幢|座|单元|弄|路公交|路车)"
)
DOOR = "号"
_LAMP_MARK = re.compile(r"编号[为是:：]?([A-Za-z]{0,4}-?\d{1,8})")


@dataclass(frozen=True, slots=True)
class Telling:
    """What a text tells: weighed runs of sounds, and the numbers by which things are told apart, by their unit."""

    runs: Mapping[str, float]
    weight: float
    marks: Mapping[str, frozenset[str]]


def telling(text: str, place_words: Iterable[str] = (), known_words: Sequence[str] = ()) -> Telling:
    """Read a text. Runs of `place_words` are left out; those of `known_words`, the category's, weigh little."""
    heard, marks = _heard(text)
    place = frozenset().union(*map(_runs, place_words))
    known = frozenset().union(*map(_runs, known_words))
    runs = {
        run: weight * _KNOWN_WEIGHT if first in known and last in known else weight
        for run, first, last, weight in heard
        if first not in place and last not in place
    }
    return Telling(runs, sum(runs.values()), marks)


def likeness(one: Telling, other: Telling) -> float:
    """Share of the common runs by weight, 0-1 (Dice). A run counts by the smaller of its weights on both sides."""
    if not one.runs or not other.runs:
        return 0.0
    small, large = sorted((one.runs, other.runs), key=len)
    common = sum(min(weight, large[run]) for run, weight in small.items() if run in large)
    return min(1.0, 2 * common / (one.weight + other.weight))


def same_marks(one: Telling, other: Telling) -> Mapping[str, bool]:
    """By each unit that both name, whether one of its numbers is the same on both sides."""
    return {unit: bool(one.marks[unit] & other.marks[unit]) for unit in one.marks.keys() & other.marks.keys()}


def looks_apart(one: str, other: str) -> int:
    """How many of the 64 bits of two looks (hex) differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


@lru_cache(maxsize=_REMEMBERED)
def _heard(text: str) -> tuple[Sequence[_Run], Mapping[str, frozenset[str]]]:
    """The runs of a text without politeness, and its marks. The text of a case is met by every report near it."""
    cleaned = clean_text(text)
    spoken = sounds_of(_NOISE.sub("", _POLITE.sub("", cleaned)))
    runs = [
        (spoken[start : start + length], spoken[start : start + 2], spoken[start + length - 2 : start + length], weight)
        for length, weight in _RUNS
        for start in range(len(spoken) - length + 1)
    ]
    return runs, _marks(cleaned)


@lru_cache(maxsize=_REMEMBERED)
def _runs(word: str) -> frozenset[str]:
    spoken = sounds_of(_NOISE.sub("", word))
    return frozenset(spoken[start : start + 2] for start in range(len(spoken) - 1))


def _marks(text: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for value, unit in _MARK.findall(text):
        found.setdefault(unit, set()).add(value.upper())
    for value in _LAMP_MARK.findall(text):
        found.setdefault("编号", set()).add(value.upper())
    return {unit: frozenset(values) for unit, values in found.items()}
