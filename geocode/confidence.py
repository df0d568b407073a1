"""From raw evidence to a probability: a rising curve that `bench/accuracy/fit_confidence.py` fits to the made sets."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

# Raw evidence, and the share of first candidates with it that were right. Below 0.6 the steps have kept a reason to ask
# (several places of one name, a long road without a number), and no share of lucky guesses lifts it over that line.
CURVE = (
    (0.000, 0.0000),
    (0.038, 0.0219),
    (0.100, 0.0231),
    (0.150, 0.1452),
    (0.200, 0.1812),
    (0.272, 0.2627),
    (0.299, 0.2990),
    (0.351, 0.3491),
    (0.399, 0.3501),
    (0.450, 0.4940),
    (0.498, 0.5880),
    (0.550, 0.5890),
    (0.599, 0.5900),
    (0.600, 0.7251),
    (0.612, 0.7261),
    (0.658, 0.8399),
    (0.708, 0.9287),
    (0.752, 0.9593),
    (0.790, 0.9600),
    (0.839, 0.9768),
    (0.891, 0.9888),
    (0.952, 0.9900),
    (1.000, 0.9910),
)
ASKING_BELOW = 0.6
_RAW = tuple(raw for raw, _ in CURVE)


def calibrated(raw: float) -> float:
    """The probability of a place whose evidence is `raw` (0-1): linear between the points of the curve."""
    position = bisect_right(_RAW, raw)
    if position == 0:
        return CURVE[0][1]
    if position == len(CURVE):
        return CURVE[-1][1]
    (low, at_low), (high, at_high) = CURVE[position - 1], CURVE[position]
    return at_low + (at_high - at_low) * (raw - low) / (high - low)


def evidence(confidence: float) -> float:
    """The raw evidence that `calibrated` turns into `confidence`: its inverse."""
    for (low, at_low), (high, at_high) in pairwise(CURVE):
        if confidence <= at_high:
            return low + (high - low) * (confidence - at_low) / (at_high - at_low)
    return CURVE[-1][0]
