"""Sends what is due. A gateway that is away is asked again, ever more slowly, one message at a time; nothing is lost.

At least once: a process that dies between the gateway's word and its own note sends that message again.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from intake.channels.sms.ports import SmsGateway, SmsQueue
from intake.errors import Permanent, Temporary
from intake.model.sms import DueSms, Sent
from intake.ports import Clock

_LOG = logging.getLogger(__name__)
# Waits so many seconds; False when it is time to end.
Rest = Callable[[float], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingRules:
    """`at_once` messages are on their way together. A message that failed waits 2, 4, 8 ... seconds, at most
    `longest_wait_seconds`; a gateway that is away is left alone 0.5, 1, 2 ... seconds, at most `longest_pause_seconds`.
    """

    batch: int = 40
    at_once: int = 8
    lease_seconds: float = 120.0
    sweep_seconds: float = 0.5
    longest_wait_seconds: float = 300.0
    longest_pause_seconds: float = 60.0


@dataclass(slots=True)
class Sender:
    """The loop of sending. `sent_total` counts what the gateway took since it started."""

    queue: SmsQueue
    gateway: SmsGateway
    clock: Clock
    rules: SendingRules = field(default_factory=SendingRules)
    sent_total: int = 0
    failures: int = 0

    async def run(self, rest: Rest, pause: Rest) -> None:
        """Send until a wait says to stop. `rest` is cut short when something is due, `pause` is not: it is for a
        gateway that is to be left alone."""
        going = True
        while going:
            try:
                tried = await self.send_due()
            except Temporary as error:
                _LOG.warning("the queue of messages is away: %s", error.en)
                tried, self.failures = 0, self.failures + 1
            if self.failures:
                going = await pause(self.pause_seconds())
            else:
                going = await rest(0.0 if tried else self.rules.sweep_seconds)

    async def send_due(self) -> int:
        """Send what is due, one message only while the gateway is away; how many were tried. Raises Temporary when the
        store is away."""
        due = await self.queue.claim(1 if self.failures else self.rules.batch, self.rules.lease_seconds)
        for start in range(0, len(due), self.rules.at_once):
            part = due[start : start + self.rules.at_once]
            await self._send_together(part)
            if self.failures:
                await self._let_go(due[start + len(part) :])
                return start + len(part)
        return len(due)

    def pause_seconds(self) -> float:
        """How long a gateway is left alone that failed so often; never the same for two processes."""
        longest: float = min(0.5 * 2.0 ** min(self.failures - 1, 16), self.rules.longest_pause_seconds)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing

    async def _send_together(self, part: Sequence[DueSms]) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._send(one)) for one in part]
        away = [task.result() for task in tasks].count(False)
        if away == len(part):
            self.failures += 1
        elif self.failures and away == 0:
            _LOG.info("the gateway takes messages again")
            self.failures = 0

    async def _send(self, due: DueSms) -> bool:
        """Send one; False when the gateway is away."""
        message = due.message
        try:
            await self.gateway.send(message)
        except Permanent as error:
            _LOG.warning("message %s cannot be sent: %s", message.id, error.en)
            await self.queue.settle(Sent(message.id, accepted=False, fault=str(error)))
            return True
        except Temporary as error:
            wait: float = min(2.0 ** min(due.attempts, 16), self.rules.longest_wait_seconds)
            again_at = self.clock.now() + timedelta(seconds=wait * random.uniform(0.5, 1.0))  # noqa: S311 - as above
            _LOG.warning("message %s, try %d: %s", message.id, due.attempts, error.en)
            await self.queue.settle(Sent(message.id, accepted=False, fault=str(error), again_at=again_at))
            return False
        self.sent_total += 1
        await self.queue.settle(Sent(message.id, accepted=True))
        return True

    async def _let_go(self, rest: Sequence[DueSms]) -> None:
        """What was claimed and not tried is due as before."""
        for one in rest:
            await self.queue.settle(Sent(one.message.id, accepted=False, again_at=self.clock.now()))
