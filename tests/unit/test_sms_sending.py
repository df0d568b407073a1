"""Sending: a gateway that is away costs time only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from intake.channels.sms import Sender, SendingRules
from intake.model.sms import OutboundSms
from tests.fakes.case_store import FakeCaseStore
from tests.fakes.clock import START, FakeClock
from tests.fakes.report_store import FakeReportStore
from tests.fakes.sms_gateway import FakeSmsGateway
from tests.fakes.sms_store import FakeSmsStore


@dataclass
class Line:
    """A sender between a queue and a gateway."""

    clock: FakeClock = field(default_factory=FakeClock)
    gateway: FakeSmsGateway = field(default_factory=FakeSmsGateway)

    def __post_init__(self) -> None:
        reports = FakeReportStore(self.clock)
        self.store = FakeSmsStore(reports, FakeCaseStore(reports, self.clock), self.clock)
        self.sender = Sender(self.store, self.gateway, self.clock, SendingRules(batch=10, at_once=4))

    async def queue(self, count: int, after_seconds: float = 0.0) -> None:
        due_at = START + timedelta(seconds=after_seconds)
        messages = [OutboundSms(f"m{n:02d}", f"138000000{n:02d}", "您好", due_at) for n in range(count)]
        await self.store.tell(messages, 1)

    def states(self) -> list[str]:
        return [one.state for one in self.store.queue.values()]


@pytest.fixture
def line() -> Line:
    return Line()


async def test_what_is_due_is_sent_in_order_and_what_is_not_waits(line: Line) -> None:
    await line.queue(3)
    await line.store.tell([OutboundSms("later", "13900000000", "您好", START + timedelta(seconds=60))], 1)
    assert await line.sender.send_due() == 3
    assert [one.id for one in line.gateway.sent] == ["m00", "m01", "m02"]
    assert line.states() == ["accepted"] * 3 + ["queued"]
    line.clock.move(61)
    assert await line.sender.send_due() == 1


async def test_a_gateway_that_is_away_is_tried_with_a_few_and_then_with_one(line: Line) -> None:
    await line.queue(10)
    line.gateway.away = True
    assert await line.sender.send_due() == 4
    assert line.gateway.tried == 4
    line.clock.move(1)
    assert await line.sender.send_due() == 1
    assert line.sender.failures == 2
    assert line.states() == ["queued"] * 10


async def test_what_was_claimed_and_not_tried_is_due_at_once_when_the_gateway_is_back(line: Line) -> None:
    await line.queue(10)
    line.gateway.away = True
    await line.sender.send_due()
    line.gateway.away = False
    assert await line.sender.send_due() == 1
    assert line.sender.failures == 0
    await line.sender.send_due()
    assert sorted(one.id for one in line.gateway.sent) == [f"m{n:02d}" for n in range(4, 10)]
    line.clock.move(3)
    await line.sender.send_due()
    assert line.states() == ["accepted"] * 10


async def test_nothing_is_given_up_and_the_waits_grow_to_minutes(line: Line) -> None:
    await line.queue(1)
    line.gateway.away = True
    waits = []
    for _ in range(14):
        assert await line.sender.send_due() == 1
        waits.append((line.store.queue["m00"].due_at - line.clock.now()).total_seconds())
        line.clock.move(301)
    assert waits[0] <= 2
    assert 150 <= waits[-1] <= 300
    assert 30 <= line.sender.pause_seconds() <= 60
    figures = await line.store.figures()
    assert (figures.due, figures.tries, figures.oldest_due_at) == (1, 14, START)
    line.gateway.away = False
    await line.sender.send_due()
    assert line.states() == ["accepted"]


async def test_a_message_that_will_never_be_taken_does_not_hold_up_the_others(line: Line) -> None:
    await line.queue(6)
    line.gateway.refused = {"13800000000"}
    assert await line.sender.send_due() == 6
    assert line.states() == ["failed"] + ["accepted"] * 5
    assert line.sender.failures == 0


async def test_the_loop_is_woken_for_work_and_left_alone_while_the_gateway_is_away(line: Line) -> None:
    rests: list[tuple[str, float]] = []

    def waiting(name: str, ends_after: int) -> Callable[[float], Awaitable[bool]]:
        async def rest(seconds: float) -> bool:
            rests.append((name, seconds))
            line.gateway.away = False
            line.clock.move(3)
            await asyncio.sleep(0)
            return sum(one == name for one, _ in rests) < ends_after

        return rest

    await line.queue(1)
    line.gateway.away = True
    await line.sender.run(waiting("rest", 1), waiting("pause", 9))
    assert [name for name, _ in rests] == ["pause", "rest"]
