"""The port that counts: levels that rise with use and sink with time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# What is lost when levels sink in floating point decides nothing.
GRAIN = 1e-6


@dataclass(frozen=True, slots=True)
class Charge:
    """A use of the meter `key`: `cost` is added to its level, which sinks by `per_second` each second, not below 0.

    It fits while the level stays within `ceiling`; into an empty meter everything fits, so that one use larger than
    the ceiling is possible at all. A negative cost is given back and always fits.
    """

    key: str
    cost: float
    ceiling: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether all charges were counted; the level of each meter before; seconds until the same would be granted."""

    granted: bool
    levels: tuple[float, ...]
    wait_seconds: float = 0.0


class Quotas(Protocol):
    """Counts uses. Keys hold no personal data: who is meant is hashed before."""

    async def take(self, charges: Sequence[Charge]) -> Allowance:
        """Count all the charges, or none when one does not fit. Raises Temporary when the counts are away."""
        ...

    async def once(self, key: str, seconds: float) -> bool:
        """True for the first who asks for this key within so many seconds, False for all others. Temporary likewise."""
        ...


def sunk(level: float, per_second: float, seconds: float) -> float:
    """What is left of a level after so long."""
    return max(0.0, level - per_second * max(0.0, seconds))


def lacking_seconds(charge: Charge, level: float) -> float:
    """How long until the charge fits upon this level; 0 when it does now."""
    if charge.cost <= 0 or level <= 0 or level + charge.cost <= charge.ceiling + GRAIN:
        return 0.0
    return min(level, level + charge.cost - charge.ceiling) / charge.per_second
