"""How right the places are: made sets with known truth, judged answers, and the misses."""

from __future__ import annotations

from bench.accuracy.measure import run

__all__ = ["run"]
