"""Keeps the books: writes the tally down, learns who may pass, forgets what is old."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from intake.errors import Temporary
from intake.limits.tally import Counted, Tally
from intake.ports import Clock

_FORGET_EVERY = timedelta(hours=1)


class LimitLedger(Protocol):
    """Where events are kept for staff, shared by all processes. Every method raises Temporary when it is away."""

    async def add(self, counts: Sequence[Counted]) -> None:
        """Add to the lines of the books."""
        ...

    async def passes(self, now: datetime) -> Mapping[str, datetime]:
        """Keys of the senders who are not counted for the moment, and until when."""
        ...

    async def forget(self, before: datetime) -> int:
        """Delete lines of hours that began before; how many."""
        ...


@dataclass(slots=True)
class Passes:
    """Senders whom staff let pass for a while: by key, until when. Replaced as a whole."""

    until: Mapping[str, datetime] = field(default_factory=dict)

    def hold(self, key: str, now: datetime) -> bool:
        """Whether this sender passes now."""
        until = self.until.get(key)
        return until is not None and now < until


@dataclass(slots=True)
class Books:
    """One turn every few seconds, in one loop of each web process."""

    tally: Tally
    passes: Passes
    ledger: LimitLedger
    clock: Clock
    keep: timedelta
    _forgot_at: datetime | None = None

    async def turn(self) -> None:
        """Write, read, and forget now and then. A ledger that is away gets everything at a later turn."""
        counts = self.tally.drain()
        try:
            if counts:
                await self.ledger.add(counts)
                counts = ()
            now = self.clock.now()
            self.passes.until = await self.ledger.passes(now)
            if self._forgot_at is None or now - self._forgot_at >= _FORGET_EVERY:
                await self.ledger.forget(now - self.keep)
                self._forgot_at = now
        except Temporary as error:
            self.tally.put_back(counts)
            logging.getLogger(__name__).warning("the books of the limits wait: %s", error.en)
