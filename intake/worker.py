"""The worker: takes what waits, understands it, settles it. Woken by the bus, kept honest by a sweep."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from intake.errors import HubError, Permanent, Temporary
from intake.log_context import concerning
from intake.model import Settled, Understanding, WaitingReport
from intake.model.decision import OUTCOMES
from intake.normalise import Normaliser
from intake.ports import Bus, CaseStore, Decide, ReportStore
from intake.topics import CASE_CHANGED, REPORT_WAITING

_LOG = logging.getLogger(__name__)
# So many reports are understood before the loop comes round: some milliseconds.
_BREATH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRules:
    """`sweep_seconds` bounds how long a report waits when every wake-up was lost; a lease outlives any honest claim.

    `batch_size` reports are settled in one transaction, `batches_a_claim` batches leased at once. After a claim that
    filled no batch, others gather for `gather_seconds`: a batch of three costs nearly as much as one of thirty.
    """

    batch_size: int = 50
    batches_a_claim: int = 4
    sweep_seconds: float = 0.4
    gather_seconds: float = 0.1
    lease_seconds: float = 30.0
    attempts_limit: int = 5
    backoff_seconds: float = 1.0


@dataclass(slots=True)
class Worker:
    """Processes reports until `stop` is called; what it has begun, it finishes."""

    reports: ReportStore
    cases: CaseStore
    normaliser: Normaliser
    decide: Decide
    bus: Bus
    rules: WorkerRules = field(default_factory=WorkerRules)
    settled_total: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    turned_at: float = 0.0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    async def run(self) -> None:
        """Work until stopped. A store that is away is asked again after a pause."""
        async with asyncio.TaskGroup() as group:
            listener = group.create_task(self._listen())
            while not self._stopping:
                self.turned_at = time.monotonic()
                try:
                    busy = await self.work_once()
                except Temporary as error:
                    self._tell_away(error)
                    await self._rest(self.rules.backoff_seconds)
                    continue
                if not busy:
                    await self._rest(self.rules.sweep_seconds)
                elif busy < self.rules.batch_size:
                    await asyncio.sleep(self.rules.gather_seconds)
            listener.cancel()

    def idle_seconds(self) -> float:
        """How long ago it last looked for work; a worker that stands still shows here."""
        return time.monotonic() - self.turned_at

    def stop(self) -> None:
        """End `run` after the batch in hand."""
        self._stopping = True
        self._wake.set()

    async def work_once(self) -> int:
        """Claim and settle a few batches; the number of reports that were claimed."""
        size = self.rules.batch_size
        waiting = await self.reports.claim(size * self.rules.batches_a_claim, self.rules.lease_seconds)
        for start in range(0, len(waiting), size):
            understood = await self._understand_all(waiting[start : start + size])
            if not await self._settle_and_tell(understood):
                break
        return len(waiting)

    async def _settle_and_tell(self, understood: Sequence[Understanding]) -> bool:
        """Settle and announce a batch; False when the store is away and the worker is to stop."""
        try:
            settled = await self._settle(understood)
        except Temporary as error:
            self._tell_away(error)
            return False
        self.settled_total += len(settled)
        self._tell_settled(settled)
        if settled:
            await self.bus.publish(CASE_CHANGED, {"count": str(len(settled))})
        return True

    def _tell_settled(self, settled: Sequence[Settled]) -> None:
        for one in settled:
            outcome = OUTCOMES[type(one.decision)]
            self.outcomes[outcome] += 1
            told = {"report": one.report_id, "outcome": outcome, "case": one.case_number}
            _LOG.info("report settled", extra=told)

    async def _park(self, report_id: str, reason: str) -> None:
        await self.reports.park(report_id, reason)
        self.outcomes["parked"] += 1
        _LOG.warning("report parked", extra={"report": report_id, "reason": reason})

    async def _understand_all(self, waiting: Sequence[WaitingReport]) -> list[Understanding]:
        understood = []
        for place, one in enumerate(waiting):
            with concerning(one.report.id):
                result = await self._understand(one)
            if result is not None:
                understood.append(result)
            if place % _BREATH == 0:
                await asyncio.sleep(0)
        return understood

    async def _understand(self, waiting: WaitingReport) -> Understanding | None:
        report_id = waiting.report.id
        if waiting.attempts > self.rules.attempts_limit:
            await self._park(report_id, f"处理{waiting.attempts}次仍未成功")
            return None
        try:
            return self.normaliser.understand(waiting)
        except Permanent as error:
            await self._park(report_id, error.zh)
        except Exception as error:  # noqa: BLE001 - supervision point: one report must not stop the others
            _LOG.exception("report %s could not be understood", report_id)
            await self._park(report_id, f"内部错误：{type(error).__name__}")
        return None

    async def _settle(self, understood: Sequence[Understanding]) -> Sequence[Settled]:
        """Settle a batch; when it fails as a whole, settle one by one so that only the faulty report is set aside."""
        if not understood:
            return ()
        try:
            return await self._settle_patiently(understood)
        except Temporary:
            raise
        except Exception:  # noqa: BLE001 - supervision point: find the one report that spoils the batch
            _LOG.exception("a batch of %d failed, settling one by one", len(understood))
        settled: list[Settled] = []
        for one in understood:
            settled += await self._settle_alone(one)
        return settled

    async def _settle_patiently(self, understood: Sequence[Understanding]) -> Sequence[Settled]:
        """Keep a batch in hand while the store is away: let go, it would wait for its lease to run out.

        Raises Temporary when the worker is to stop meanwhile.
        """
        while True:
            try:
                return await self.cases.settle(understood, self.decide)
            except Temporary as error:
                if self._stopping:
                    raise
                self._tell_away(error)
            await self._rest(self.rules.backoff_seconds)

    async def _settle_alone(self, understood: Understanding) -> Sequence[Settled]:
        report_id = understood.report.id
        try:
            return await self._settle_patiently([understood])
        except Temporary:
            raise
        except Exception as error:  # noqa: BLE001 - supervision point: park it, the raw form stays
            _LOG.exception("report %s could not be settled", report_id, extra={"report": report_id})
            reason = error.zh if isinstance(error, HubError) else f"内部错误：{type(error).__name__}"
            await self._park(report_id, reason)
            return ()

    def _tell_away(self, error: Temporary) -> None:
        _LOG.warning("store away, trying again in %.0f s: %s", self.rules.backoff_seconds, error.en)

    async def _listen(self) -> None:
        async with self.bus.subscribe(REPORT_WAITING, "worker") as deliveries:
            async for delivery in deliveries:
                self._wake.set()
                await delivery.ack()

    async def _rest(self, seconds: float) -> None:
        if self._stopping:
            return
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return
        finally:
            self._wake.clear()
