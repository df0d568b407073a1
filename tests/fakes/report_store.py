"""Reports in memory, idempotent and leased like the real store."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from intake.errors import IdempotencyConflict, NotFound
from intake.model import Correction, GivenPoint, Receipt, Report, WaitingReport
from intake.ports import Clock
from tests.fakes.clock import FakeClock

_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+08:00")


@dataclasses.dataclass(slots=True)
class _Wait:
    since: datetime
    lease_until: datetime = _LONG_AGO
    attempts: int = 0


class FakeReportStore:
    """Implements `intake.ports.ReportStore`. What was stored is in `reports` and `raw`; `parked` may be filled.

    `places` are the number and the place of the case of each report that has one; a `FakeCaseStore` beside fills it.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.reports: list[Report] = []
        self.raw: list[bytes] = []
        self.parked: dict[str, str] = {}
        self.corrections: dict[str, list[Correction]] = {}
        self.places: dict[str, tuple[str, GivenPoint]] = {}
        self._clock = clock or FakeClock()
        self._waiting: dict[str, _Wait] = {}

    async def add(
        self, report: Report, raw: bytes, *, keep_conflict: bool = False, delay_seconds: float = 0.0
    ) -> Receipt:
        """Keep a report once; the same key with another content raises IdempotencyConflict."""
        for number, known in enumerate(self.reports, 1):
            if (known.origin.channel, known.origin.external_id) == (report.origin.channel, report.origin.external_id):
                if _content(known) != _content(report):
                    if keep_conflict:
                        self._park_conflict(report, raw)
                    raise IdempotencyConflict("这个编号已用于另一份内容。", "This key was used for another content.")
                return _receipt(known, number, replayed=True)
        self.reports.append(report)
        self.raw.append(raw)
        self._waiting[report.id] = _Wait(report.origin.received_at)
        if delay_seconds > 0:
            self._waiting[report.id].lease_until = report.origin.received_at + timedelta(seconds=delay_seconds)
        return _receipt(report, len(self.reports), replayed=False)

    def _park_conflict(self, report: Report, raw: bytes) -> None:
        apart = f"{report.origin.external_id}~{hash(_hashable(report)):x}"
        if all(one.origin.external_id != apart for one in self.reports):
            origin = dataclasses.replace(report.origin, external_id=apart)
            self.reports.append(dataclasses.replace(report, origin=origin))
            self.raw.append(raw)
            self.parked[report.id] = "编号已用于另一份内容"

    async def claim(self, limit: int, lease_seconds: float) -> Sequence[WaitingReport]:
        """The oldest that wait without a lease, leased now."""
        now = self._clock.now()
        free = [(wait.since, one) for one, wait in self._waiting.items() if wait.lease_until < now]
        claimed = {report_id for _, report_id in sorted(free)[:limit]}
        for report_id in claimed:
            wait = self._waiting[report_id]
            wait.lease_until, wait.attempts = now + timedelta(seconds=lease_seconds), wait.attempts + 1
        found = [self._claimed(one) for one in self.reports if one.id in claimed]
        return sorted(found, key=lambda one: (one.report.origin.received_at, one.report.id))

    def _claimed(self, report: Report) -> WaitingReport:
        fixes, attempts = tuple(self.corrections.get(report.id, ())), self._waiting[report.id].attempts
        phone = report.contact.phone
        own = [self.places[one.id] for one in self.reports if phone == one.contact.phone and one.id in self.places]
        recent = sorted(own, key=lambda place: place[0], reverse=True)[:3] if phone else []
        return WaitingReport(report, fixes, attempts, tuple(point for _, point in recent))

    async def park(self, report_id: str, reason: str) -> None:
        """Set a waiting report aside."""
        if self._waiting.pop(report_id, None) is not None:
            self.parked[report_id] = reason

    async def replay(self, report_id: str, corrections: Sequence[Correction]) -> None:
        """Let a parked report wait again. Raises NotFound."""
        if self.parked.pop(report_id, None) is None:
            raise NotFound("没有这件搁置的诉求。", "No parked report has this id.")
        self.corrections.setdefault(report_id, []).extend(corrections)
        self._waiting[report_id] = _Wait(self._clock.now())

    def waiting_ids(self) -> list[str]:
        """Reports without an outcome that are not parked, leased or not."""
        return list(self._waiting)

    def take(self, report_ids: Iterable[str]) -> None:
        """They have an outcome now."""
        for report_id in report_ids:
            del self._waiting[report_id]


def _content(report: Report) -> tuple[object, ...]:
    files = tuple(one.sha256 for one in report.evidence)
    answers = dict(report.answers)
    contact = (report.contact.phone, report.contact.name, report.contact.confidential)
    return report.text, report.place_words, report.point, contact, answers, files, report.complete


def _hashable(report: Report) -> str:
    return repr(_content(report))


def _receipt(report: Report, number: int, *, replayed: bool) -> Receipt:
    return Receipt(
        report_id=report.id,
        tracking_number=f"261124{number:06d}",
        tracking_secret=f"secret-{number}",
        channel=report.origin.channel,
        external_id=report.origin.external_id,
        received_at=report.origin.received_at,
        replayed=replayed,
    )
