"""From raw evidence to a probability: a monotone curve, fitted on the made sets by `scripts/fit_confidence.py`."""

from __future__ import annotations

from bisect import bisect_right

# Raw evidence, and the share of first candidates with it that were right.
CURVE = ((0.0, 0.0), (1.0, 1.0))
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
