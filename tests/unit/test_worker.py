"""The worker: woken, kept honest by a sweep, not stopped by one bad report."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from intake.bus.memory import MemoryBus
from intake.errors import Invalid, Temporary
from intake.inbox import Inbox
from intake.model import (
    CategoryGuess,
    Classification,
    Correction,
    Datum,
    GivenPoint,
    PlaceAnswer,
    PlaceCandidate,
    Precision,
    Settled,
    Understanding,
    WaitingReport,
)
from intake.normalise import Normaliser
from intake.ports import Bus, Decide, PlaceHints
from intake.topics import CASE_CHANGED
from intake.worker import Worker, WorkerRules
from tests.fakes.bus import FakeBus
from tests.fakes.case_store import FakeCaseStore
from tests.fakes.clock import START, FakeClock
from tests.fakes.report_store import FakeReportStore
from tests.fakes.samples import CODE12, LAT, LON, a_classification, a_guess, a_report, open_or_attach

_NEVER_SECONDS = 3600.0
_HERE = PlaceCandidate("青新社区", CODE12, LON, LAT, Precision.LANDMARK, 20.0, CODE12 + "001", 0.9, (0, 4))


class OnePlace:
    """Implements `intake.ports.Geocoder`: everything happens at the village gate."""

    def locate(self, text: str, hints: PlaceHints | None = None) -> PlaceAnswer:
        return PlaceAnswer(text, (_HERE,))

    def reverse(self, point: GivenPoint) -> PlaceCandidate | None:
        return _HERE

    def suspect_datum(self, point: GivenPoint, named: PlaceCandidate | None = None) -> Datum | None:
        return None


class OneReading:
    """Implements `intake.ports.Classifier`: everything is a manhole; it chokes on 坏, and on 怪 without an excuse."""

    def classify(self, text: str, category_key: str | None = None) -> Classification:
        if "坏" in text:
            raise Invalid("看不懂。", "This cannot be understood.")
        if "怪" in text:
            raise KeyError(text)
        guess: CategoryGuess = a_guess()
        return a_classification(guess)


@dataclass(slots=True)
class Spoiled(FakeCaseStore):
    """A store that fails for some batches: `fails` answers the error to raise, or None."""

    fails: Callable[[Sequence[Understanding]], Exception | None] = lambda _: None
    batches: list[list[str]] = field(default_factory=list)

    async def settle(self, batch: Sequence[Understanding], decide: Decide) -> Sequence[Settled]:
        self.batches.append([one.report.id for one in batch])
        error = self.fails(batch)
        if error is not None:
            raise error
        return await FakeCaseStore.settle(self, batch, decide)


@dataclass(slots=True)
class Desk:
    """A worker with its stores in memory. `decided` is what became of each report."""

    reports: FakeReportStore
    cases: Spoiled
    bus: Bus
    worker: Worker

    async def tell(self, *names: str, text: str = "井盖不见了") -> None:
        for name in names:
            await self.reports.add(a_report(name, text), b"")

    def case_reports(self) -> list[list[str]]:
        return [list(case.reports) for case in self.cases.cases.values()]


def a_desk(rules: WorkerRules | None = None, bus: Bus | None = None) -> Desk:
    clock = FakeClock()
    reports = FakeReportStore(clock)
    cases = Spoiled(reports, clock)
    heard = bus or FakeBus()
    normaliser = Normaliser(OnePlace(), OneReading())
    return Desk(
        reports, cases, heard, Worker(reports, cases, normaliser, open_or_attach, heard, rules or WorkerRules())
    )


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.worker.run())
        try:
            yield
        finally:
            desk.worker.stop()


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():  # noqa: ASYNC110 - the worker tells nobody when it is done
            await asyncio.sleep(0.002)


async def test_a_batch_is_claimed_understood_settled_and_announced() -> None:
    bus = FakeBus()
    desk = a_desk(bus=bus)
    await desk.tell("r1", "r2")
    assert (await desk.worker.work_once(), await desk.worker.work_once()) == (2, 0)
    assert desk.case_reports() == [["r1", "r2"]]
    assert (desk.worker.settled_total, bus.published) == (2, [(CASE_CHANGED, {"count": "2"})])


async def test_a_report_that_cannot_be_understood_is_parked_with_its_reason_and_the_others_go_on() -> None:
    desk = a_desk()
    await desk.tell("r1")
    await desk.tell("r2", text="坏了")
    await desk.tell("r3", text="怪事")
    await desk.tell("r4")
    await desk.worker.work_once()
    assert desk.reports.parked == {"r2": "看不懂。", "r3": "内部错误：KeyError"}
    assert desk.case_reports() == [["r1", "r4"]]


async def test_a_parked_report_is_settled_after_a_correction() -> None:
    desk = a_desk()
    await desk.tell("r1", text="坏了")
    await desk.worker.work_once()
    await desk.reports.replay("r1", [Correction("text", "井盖不见了", "wang", START)])
    await desk.worker.work_once()
    assert (desk.reports.parked, desk.case_reports()) == ({}, [["r1"]])
    assert desk.reports.reports[0].text == "坏了"


async def test_a_batch_that_fails_is_settled_one_by_one_and_only_the_faulty_report_is_parked() -> None:
    desk = a_desk()
    await desk.tell("r1", "r2", "r3")
    desk.cases.fails = lambda batch: ValueError("?") if any(one.report.id == "r2" for one in batch) else None
    await desk.worker.work_once()
    assert desk.cases.batches == [["r1", "r2", "r3"], ["r1"], ["r2"], ["r3"]]
    assert (desk.case_reports(), desk.reports.parked) == ([["r1", "r3"]], {"r2": "内部错误：ValueError"})
    assert desk.worker.settled_total == 2


async def test_a_store_that_is_away_is_asked_again_and_nothing_is_lost() -> None:
    desk = a_desk(WorkerRules(backoff_seconds=0.001, sweep_seconds=_NEVER_SECONDS))
    await desk.tell("r1", "r2")
    desk.cases.fails = lambda _: Temporary("稍后", "later") if len(desk.cases.batches) < 4 else None
    async with running(desk):
        await until(lambda: desk.worker.settled_total == 2)
    assert desk.cases.batches == [["r1", "r2"]] * 4
    assert (desk.case_reports(), desk.reports.parked) == ([["r1", "r2"]], {})


async def test_a_store_that_is_away_while_settling_one_by_one_parks_nothing() -> None:
    desk = a_desk(WorkerRules(backoff_seconds=0.001))
    await desk.tell("r1", "r2")
    errors = iter([ValueError("?"), Temporary("稍后", "later"), None, None])
    desk.cases.fails = lambda _: next(errors)
    await desk.worker.work_once()
    assert (desk.case_reports(), desk.reports.parked) == ([["r1", "r2"]], {})


async def test_a_report_store_that_is_away_is_asked_again() -> None:
    desk = a_desk(WorkerRules(backoff_seconds=0.001, sweep_seconds=_NEVER_SECONDS))
    away = iter([True, True, False])

    class Away(FakeReportStore):
        async def claim(self, limit: int, lease_seconds: float) -> Sequence[WaitingReport]:
            if next(away, False):
                raise Temporary("稍后", "later")
            return await desk.reports.claim(limit, lease_seconds)

    await desk.tell("r1")
    desk.worker.reports = Away()
    async with running(desk):
        await until(lambda: desk.worker.settled_total == 1)
    assert desk.case_reports() == [["r1"]]


async def test_a_report_claimed_too_often_is_parked() -> None:
    desk = a_desk(WorkerRules(attempts_limit=2))
    await desk.tell("r1")
    clock = FakeClock()
    desk.reports._clock = clock
    for _ in range(2):
        await desk.reports.claim(1, 1.0)
        clock.move(2.0)
    await desk.worker.work_once()
    assert (desk.reports.parked, desk.cases.batches) == ({"r1": "处理3次仍未成功"}, [])


async def test_a_wake_up_starts_work_long_before_the_sweep() -> None:
    bus = MemoryBus()
    desk = a_desk(WorkerRules(sweep_seconds=_NEVER_SECONDS), bus)
    async with running(desk):
        await asyncio.sleep(0.01)
        await Inbox(desk.reports, bus).accept(a_report("r1"), b"")
        await until(lambda: desk.worker.settled_total == 1)


async def test_a_lost_wake_up_is_found_by_the_sweep() -> None:
    desk = a_desk(WorkerRules(sweep_seconds=0.005), MemoryBus())
    async with running(desk):
        await asyncio.sleep(0.01)
        await desk.tell("r1")
        await until(lambda: desk.worker.settled_total == 1)


async def test_what_waited_before_the_start_is_settled_batch_after_batch() -> None:
    desk = a_desk(WorkerRules(batch_size=2, sweep_seconds=_NEVER_SECONDS))
    await desk.tell("r1", "r2", "r3", "r4", "r5")
    async with running(desk):
        await until(lambda: desk.worker.settled_total == 5)
    assert desk.cases.batches == [["r1", "r2"], ["r3", "r4"], ["r5"]]


async def test_stop_finishes_the_batch_in_hand_and_takes_no_other() -> None:
    desk = a_desk(WorkerRules(batch_size=1, batches_a_claim=1))
    await desk.tell("r1", "r2")

    def stops(_: Sequence[Understanding]) -> None:
        desk.worker.stop()

    desk.cases.fails = stops
    await asyncio.wait_for(desk.worker.run(), 10)
    assert (desk.case_reports(), desk.reports.waiting_ids()) == ([["r1"]], ["r2"])


async def test_one_claim_is_settled_in_several_batches() -> None:
    desk = a_desk(WorkerRules(batch_size=2, batches_a_claim=2))
    await desk.tell("r1", "r2", "r3", "r4", "r5")
    assert (await desk.worker.work_once(), await desk.worker.work_once()) == (4, 1)
    assert desk.cases.batches == [["r1", "r2"], ["r3", "r4"], ["r5"]]


async def test_stop_does_not_wait_for_a_store_that_is_away() -> None:
    desk = a_desk(WorkerRules(backoff_seconds=_NEVER_SECONDS))
    await desk.tell("r1")
    desk.cases.fails = lambda _: Temporary("稍后", "later")
    async with running(desk):
        await until(lambda: desk.cases.batches == [["r1"]])
    assert desk.reports.waiting_ids() == ["r1"]


async def test_a_worker_stopped_before_it_began_ends_at_once() -> None:
    desk = a_desk()
    await desk.tell("r1")
    desk.worker.stop()
    await asyncio.wait_for(desk.worker.run(), 10)
    assert desk.cases.batches == []


async def test_no_number_reaches_the_log_when_a_report_is_parked(caplog: pytest.LogCaptureFixture) -> None:
    desk = a_desk()
    report = a_report("r1", "怪事")
    contact = dataclasses.replace(report.contact, phone="13812345678")
    await desk.reports.add(dataclasses.replace(report, contact=contact), b"")
    with caplog.at_level(logging.DEBUG):
        await desk.worker.work_once()
    assert ("r1" in caplog.text, "13812345678" in caplog.text) == (True, False)
