"""The toll of the public doors: free within the quota, a proof of work beyond it, an end far beyond."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from intake.http import PROOF_HEADER, Call, Door, Principal, ProofWanted, TooManyRequests
from intake.limits.books import Passes
from intake.limits.proof import Proofs
from intake.limits.quotas import Allowance, Quotas
from intake.limits.rules import LimitRules, Meter, megabytes
from intake.limits.senders import Sender, Senders
from intake.limits.tally import Kind, Tally
from intake.ports import Clock

# Others of the same address may have come between a challenge and its answer; a hoard of easy answers opens nothing.
_EASIER_BITS = 1


@dataclass(frozen=True, slots=True)
class Turnstile:
    """`intake.http.Toll` on quotas. Who knocks without a proof uses nothing up, so that waiting always helps."""

    quotas: Quotas
    rules: LimitRules
    proofs: Proofs
    senders: Senders
    tally: Tally
    passes: Passes
    clock: Clock

    async def pay(
        self, call: Call, door: Door, *, number: str | None = None, principal: Principal | None = None
    ) -> None:
        """As `Toll.pay`."""
        meters = self._meters(call, door, number, principal or call.principal)
        if not meters:
            return
        free = await self.quotas.take([meter.charge() for meter in meters])
        if not free.granted:
            await self._beyond(call, door, meters, free)

    async def give_back(self, call: Call, door: Door, *, principal: Principal | None = None) -> None:
        """As `Toll.give_back`."""
        meters = self._meters(call, door, None, principal or call.principal, back=True)
        if meters:
            await self.quotas.take([meter.charge() for meter in meters])

    async def _beyond(self, call: Call, door: Door, meters: Sequence[Meter], free: Allowance) -> None:
        """Some quota is used up. Returns when a proof opens the door all the same."""
        rules, who = self.rules, meters[0].sender
        bits = rules.bits(max(map(Meter.share, meters, free.levels)))
        full = [meter for meter, level in zip(meters, free.levels, strict=True) if not meter.fits(level)]
        if await self._proven(call, door, who, bits):
            last = await self.quotas.take([meter.charge(rules.final_factor) for meter in meters])
            if last.granted:
                self._note(door, Kind.SOLVED, full)
                return
            self._refuse(door, full, last.wait_seconds)
        if any(not m.fits(level, rules.final_factor) for m, level in zip(meters, free.levels, strict=True)):
            self._refuse(door, full, free.wait_seconds)
        self._note(door, Kind.CHALLENGED, full)
        challenge = self.proofs.challenge(door, who.key, bits, self.clock.now().timestamp())
        raise ProofWanted(*_words(free.wait_seconds), _whole(free.wait_seconds), challenge)

    async def _proven(self, call: Call, door: Door, who: Sender, bits: int) -> bool:
        header = call.request.headers.get(PROOF_HEADER)
        if header is None:
            return False
        proven = self.proofs.check(header, door, who.key, self.clock.now().timestamp())
        if (
            proven is not None
            and proven.bits >= bits - _EASIER_BITS
            and await self.quotas.once(proven.key, proven.seconds)
        ):
            return True
        self.tally.add(door, Kind.WRONG_PROOF, who)
        return False

    def _refuse(self, door: Door, full: Sequence[Meter], wait_seconds: float) -> None:
        self._note(door, Kind.REFUSED, full)
        wait = _minutes(wait_seconds)
        raise TooManyRequests(
            f"来自同一来源的请求过多，请 {wait} 分钟后再试。急事请拨打 12319。",
            f"Too many requests from one source: try again in {wait} minutes. If it is urgent, call 12319.",
            _whole(wait_seconds),
        )

    def _note(self, door: Door, kind: Kind, full: Sequence[Meter]) -> None:
        for sender in {meter.sender for meter in full}:
            self.tally.add(door, kind, sender)

    def _meters(
        self, call: Call, door: Door, number: str | None, principal: Principal | None, *, back: bool = False
    ) -> list[Meter]:
        """What this request is counted on; nothing for networks that are exempt and senders with a pass."""
        rules = self.rules
        if principal is None and rules.exempt.trusts(call.address):
            return []
        who, cost = self.senders.of(principal, call.address), -1.0 if back else 1.0
        if door is Door.TRACKING:
            meters = [Meter("lookups", who, rules.lookups, cost)]
        elif principal is not None:
            meters = [Meter("reports", who, rules.reports_of_account, cost)]
        else:
            meters = [Meter("reports", who, rules.reports, cost)]
            files = sum(len(upload.content) for upload in call.files)
            if files:
                meters.append(Meter("bytes", who, rules.megabytes, megabytes(files) * cost))
            if number:
                meters.append(Meter("reports", self.senders.of_number(number), rules.reports_of_number, cost))
        if not self.passes.until:
            return meters
        now = self.clock.now()
        return [meter for meter in meters if not self.passes.hold(meter.sender.key, now)]


def _words(wait_seconds: float) -> tuple[str, str]:
    wait = _minutes(wait_seconds)
    return (
        f"来自同一网络或号码的提交较多，需要先验证。请 {wait} 分钟后再试，或拨打 12319。",
        f"Many came from this network or number, so a check is needed. Try again in {wait} minutes, or call 12319.",
    )


def _minutes(seconds: float) -> int:
    return max(1, math.ceil(round(seconds, 3) / 60))


def _whole(seconds: float) -> int:
    return max(1, math.ceil(round(seconds, 3)))
