"""Where in a text a model found what it says: the stretches of letters that speak loudest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from case_api.catalogue.text_model import Reading, TextModel

_MOST_PHRASES = 2
_LOUD_SHARE = 0.4
_LONGEST = 16


def phrases_for(model: TextModel, reading: Reading, column: int) -> list[tuple[int, int]]:
    """The loudest stretches as spans of the text, in their order: where its runs speak for a column of the model."""
    letters = len(reading.letters.characters)
    firsts, lengths = model.table.places(reading.known, letters)
    steps = model.share_of(reading, column).take(reading.known.numbers.searchsorted(reading.known.found)) / lengths
    rises = np.bincount(firsts, steps, letters + 1) - np.bincount(firsts + lengths, steps, letters + 1)
    loudness = np.cumsum(rises)[:-1].tolist()
    floor = max(loudness, default=0.0) * _LOUD_SHARE
    if floor <= 0:
        return []
    stretches = _stretches(loudness, floor)
    stretches.sort(key=lambda span: (-sum(loudness[slice(*span)]), span))
    positions = reading.letters.positions
    return sorted((positions[start], positions[end - 1] + 1) for start, end in stretches[:_MOST_PHRASES])


def _stretches(loudness: Sequence[float], floor: float) -> list[tuple[int, int]]:
    """Spans of letters that are louder, the last of each left out."""
    spans: list[tuple[int, int]] = []
    start = -1
    for at, one in enumerate((*loudness, floor)):
        if one <= floor:
            if start >= 0:
                spans.append((start, min(at, start + _LONGEST)))
            start = -1
        elif start < 0:
            start = at
    return spans
