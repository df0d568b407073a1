"""Writes into the tally what a call was about, for parts that know a call and no senders."""

from __future__ import annotations

from dataclasses import dataclass

from intake.http import Call, Principal
from intake.limits.senders import Senders
from intake.limits.tally import Kind, Tally


@dataclass(frozen=True, slots=True)
class Incidents:
    """Names the sender of a call and counts."""

    tally: Tally
    senders: Senders

    def note(self, call: Call, door: str, kind: Kind, principal: Principal | None = None) -> None:
        """One more at this door, by `principal`, else by the call's own, else by its address."""
        self.tally.add(door, kind, self.senders.of(principal or call.principal, call.address))
