"""How quick placing is, beside addok on the same texts."""

from __future__ import annotations

from bench.geocode.measure import run

__all__ = ["run"]
