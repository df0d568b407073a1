"""How much is how much: the quotas of the doors, and the price beyond them."""

from __future__ import annotations

from dataclasses import dataclass, field

from intake.http import Proxies
from intake.limits.quotas import Charge, lacking_seconds
from intake.limits.senders import Sender

_HOUR_SECONDS = 3600.0
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class LimitRules:
    """Uses an hour that are free; beyond them a proof is asked for, until `final_factor` times as many.

    `exempt` are networks that nobody counts. Proofs ask for `least_bits` to `most_bits` a puzzle.
    """

    reports: float = 120
    reports_of_number: float = 20
    reports_of_account: float = 100_000
    megabytes: float = 600
    lookups: float = 30
    final_factor: float = 10
    least_bits: int = 11
    most_bits: int = 15
    exempt: Proxies = field(default_factory=Proxies)

    def bits(self, share: float) -> int:
        """How hard a proof is when a quota is used `share` times over: 1 is just full, `final_factor` the end."""
        span = max(0, self.most_bits - self.least_bits)
        beyond = (share - 1) / max(self.final_factor - 1, 1e-9)
        return self.least_bits + min(span, max(0, int(beyond * (span + 1))))


@dataclass(frozen=True, slots=True)
class Meter:
    """One quota of one sender, and what a request costs of it."""

    name: str
    sender: Sender
    quota: float
    cost: float = 1.0

    def charge(self, factor: float = 1.0) -> Charge:
        """The request as a use of this meter; `factor` raises its ceiling."""
        return Charge(f"{self.name}:{self.sender.key}", self.cost, self.quota * factor, self.quota / _HOUR_SECONDS)

    def share(self, level: float) -> float:
        """How many times over the quota would be used."""
        return (level + self.cost) / self.quota

    def fits(self, level: float, factor: float = 1.0) -> bool:
        """Whether the request is within the quota times `factor`."""
        return lacking_seconds(self.charge(factor), level) == 0


def megabytes(count: int) -> float:
    """Bytes as the quota counts them."""
    return count / _MEGABYTE
