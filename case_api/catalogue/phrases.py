"""Where in a text a model found what it says: the stretches of letters that speak loudest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from case_api.catalogue.text_model import Reading

_MOST_PHRASES = 2
_LOUD_SHARE = 0.4
_LONGEST = 16


def phrases_for(reading: Reading, shares: NDArray[np.float32]) -> list[tuple[int, int]]:
    """The loudest stretches as spans of the text, in their order. `shares` is what each run found speaks for."""
    firsts, lengths = np.divmod(reading.places, 4)
    steps = shares / lengths
    letters = len(reading.letters.positions)
    rises = np.bincount(firsts, steps, letters + 1) - np.bincount(firsts + lengths, steps, letters + 1)
    loudness = np.cumsum(rises)[:-1]
    floor = float(loudness.max(initial=0.0)) * _LOUD_SHARE
    if floor <= 0:
        return []
    stretches = _stretches(loudness > floor)
    stretches.sort(key=lambda span: (-float(loudness[slice(*span)].sum()), span))
    positions = reading.letters.positions
    return sorted((positions[start], positions[end - 1] + 1) for start, end in stretches[:_MOST_PHRASES])


def _stretches(loud: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(np.int8)))
    return [(int(start), min(int(end), int(start) + _LONGEST)) for start, end in edges.reshape(-1, 2)]
