"""The runs that a model knows as numbers, found in a text all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from case_api.catalogue.grams import Letters, is_sound

Numbers = NDArray[np.int64]

# A code point has 21 bits, so that three of them are one whole number.
_BITS: Final = 21
# Between characters and sounds; no run holds it.
_BREAK: Final = "\x02"
_NO_RUN: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class KnownRuns:
    """Numbers of the known runs of a text, each once; `found` are those at all places `at` where one stands, as
    `RunTable.places` tells. `oddness` is the share, 0-1, of the known pairs of sounds that
    are written with an unknown pair of characters, as a recogniser writes what it misheard."""

    numbers: Numbers
    found: Numbers
    at: Numbers
    oddness: float


class RunTable:
    """Runs by number, in the order of `sorted_runs`. Immutable; safe from any thread."""

    def __init__(self, runs: Sequence[str]) -> None:
        self._codes = np.array([*map(_code, runs), _NO_RUN], np.int64)
        self.sounding = np.array([is_sound(run) for run in runs], np.bool_)

    def known(self, letters: Letters) -> KnownRuns:
        """The known runs among all of a text, and how oddly it is written."""
        line = (letters.characters + _BREAK + letters.sounds).encode("utf-32-le", "surrogatepass")
        single = np.frombuffer(line, np.uint32).astype(np.int64)
        double = (single[:-1] << _BITS) | single[1:]
        codes = np.concatenate((single, double, (double[:-1] << _BITS) | single[2:]))
        nearest = self._codes.searchsorted(codes)
        hits = self._codes.take(nearest) == codes
        at = hits.nonzero()[0]
        found = nearest.take(at)
        numbers = np.sort(found)
        first = np.ones(len(numbers), np.bool_)
        np.not_equal(numbers[1:], numbers[:-1], out=first[1:])
        return KnownRuns(numbers[first], found, at, _oddness(hits[len(single) :], len(letters.characters)))

    @staticmethod
    def places(known: KnownRuns, letters: int) -> tuple[Numbers, Numbers]:
        """Of each of `known.found`, in a text of so many letters: the index of its first letter, and its length."""
        line = 2 * letters + len(_BREAK)
        lengths = 1 + (known.at >= line) + (known.at >= 2 * line - 1)
        firsts = known.at - np.array([0, 0, line, 2 * line - 1]).take(lengths)
        return np.where(firsts > letters, firsts - letters - len(_BREAK), firsts), lengths


def sorted_runs(runs: set[str]) -> tuple[str, ...]:
    """Runs in the order that a table keeps them in."""
    return tuple(sorted(runs, key=lambda run: (len(run), run)))


def _code(run: str) -> int:
    code = 0
    for letter in run:
        code = code << _BITS | ord(letter)
    return code


def _oddness(pairs: NDArray[np.bool_], letters: int) -> float:
    """`pairs` tells of each two letters of characters, break and sounds whether they are known."""
    written = pairs[: max(letters - 1, 0)]
    said = pairs[letters + 1 : 2 * letters]
    known = np.count_nonzero(said)
    return np.count_nonzero(said > written) / known if known else 0.0
