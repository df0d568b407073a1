"""What a public door asks of those who come too often, as the doors see it.

A door pays before it spends anything on a request: before photos are decoded, files scanned, rows written or secrets
compared. Most requests are within their quota and pass at once. `hub` wires what stands behind it (`intake.limits`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from intake.http.call import Call
from intake.http.errors import TooManyRequests
from intake.http.principal import Principal

PROOF_HEADER = "Hub-Proof"


class Door(StrEnum):
    """The public doors that have a quota. Report forms and Open311 share theirs: both make reports."""

    REPORT = "report"
    OPEN311 = "open311"
    TRACKING = "tracking"


@dataclass(frozen=True, slots=True)
class Challenge:
    """Work to be done before the same request is sent again with the header `Hub-Proof: TOKEN:N1,N2,...`.

    For each index i from 0 to `answers` - 1 find a number N below 2**32 such that
    SHA-256(SHA-256(token) + i + N), with i and N as four bytes, big end first, begins with `bits` zero bits.
    It is good once, for the same sender and door, and for `seconds`.
    """

    token: str
    bits: int
    answers: int
    seconds: int


class ProofWanted(TooManyRequests):
    """The quota is used up: solve `challenge` and send the same again, or wait `retry_after_seconds`."""

    code = "proof-wanted"

    def __init__(self, zh: str, en: str, retry_after_seconds: int, challenge: Challenge) -> None:
        super().__init__(zh, en, retry_after_seconds)
        self.challenge = challenge


class Toll(Protocol):
    """Stands at the public doors."""

    async def pay(
        self, call: Call, door: Door, *, number: str | None = None, principal: Principal | None = None
    ) -> None:
        """Count one request of this sender, with the bytes of its files.

        The sender is `principal`, else the call's own, else the call's address. `number` is the telephone number that
        an anonymous sender gave, as `normalise_phone` writes it. Raises ProofWanted when a quota is used up and the
        call brings no good proof, TooManyRequests when not even a proof helps. Never waits long: a store of counts
        that is away is done without.
        """
        ...

    async def give_back(self, call: Call, door: Door, *, principal: Principal | None = None) -> None:
        """Take back what `pay` counted for this call: it was no guess after all."""
        ...


class NoToll:
    """Every door stands open: for applications without limits."""

    async def pay(
        self, call: Call, door: Door, *, number: str | None = None, principal: Principal | None = None
    ) -> None:
        """Nothing is counted."""

    async def give_back(self, call: Call, door: Door, *, principal: Principal | None = None) -> None:
        """Nothing was counted."""
