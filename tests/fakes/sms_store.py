"""Short messages in memory: what came in, what goes out, what was asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from intake.errors import NotFound
from intake.model import Correction, Report
from intake.model.sms import (
    Delivery,
    DueSms,
    InboundSms,
    JoinPlace,
    Milestone,
    OutboundSms,
    Progress,
    QueueFigures,
    Rate,
    Sent,
    Situation,
    TakenSms,
    Unplaced,
)
from tests.fakes.case_store import FakeCaseStore
from tests.fakes.clock import FakeClock
from tests.fakes.report_store import FakeReportStore


@dataclasses.dataclass(slots=True)
class Queued:
    """A message to send and how it stands."""

    message: OutboundSms
    created_at: datetime
    lease_until: datetime
    due_at: datetime
    attempts: int = 0
    state: str = "queued"
    fault: str | None = None


@dataclasses.dataclass(slots=True)
class Asked:
    """A question that waits for an answer until a moment."""

    phone: str
    until: datetime
    answered: bool = False


class FakeSmsStore:
    """Implements `SmsStore`, `SmsQueue` and `SmsNews` beside the fakes of reports and cases.

    `progresses` are what `progress` finds, by number of the sender; `events` what `milestones` tells.
    """

    def __init__(self, reports: FakeReportStore, cases: FakeCaseStore, clock: FakeClock) -> None:
        self.reports, self.cases, self.clock = reports, cases, clock
        self.inbound: dict[str, TakenSms] = {}
        self.queue: dict[str, Queued] = {}
        self.questions: dict[str, Asked] = {}
        self.ratings: dict[str, Asked] = {}
        self.grades: dict[str, int] = {}
        self.progresses: dict[str, list[Progress]] = {}
        self.events: list[Milestone] = []
        self.told_up_to = 0

    async def situation(self, message: InboundSms, since: datetime) -> Situation:
        """What is known of the sender."""
        known = [one.message for one in self.inbound.values() if one.message.sender == message.sender]
        return Situation(
            taken=message.key in self.inbound,
            reported=any(_is_of(one, message) for one in self.reports.reports),
            question=self._open(self.questions, message),
            rating=self._open(self.ratings, message),
            recent=sum(one.received_at > since for one in known),
        )

    async def keep(self, taken: TakenSms) -> bool:
        """Keep a message with what it does."""
        if taken.message.key in self.inbound:
            return False
        self.inbound[taken.message.key] = taken
        answer = taken.answer
        match taken.effect:
            case JoinPlace() as place:
                if place.report_id in self.questions:
                    self.questions[place.report_id].answered = True
                if not await self._look_again(place):
                    answer = place.late
            case Rate(report_id=report_id, grade=grade) if not self.ratings[report_id].answered:
                self.ratings[report_id].answered = True
                self.grades[report_id] = grade
            case _:
                pass
        if answer is not None:
            self._put(answer)
        return True

    async def progress(self, message: InboundSms, tracking_number: str | None) -> Progress | None:
        """The first that fits."""
        found = sorted(self.progresses.get(message.sender, ()), key=lambda one: one.final)
        return next((one for one in found if tracking_number in (None, one.tracking_number)), None)

    async def claim(self, limit: int, lease_seconds: float) -> Sequence[DueSms]:
        """Lease what is due."""
        now = self.clock.now()
        due = [one for one in self.queue.values() if one.state == "queued" and max(one.due_at, one.lease_until) <= now]
        chosen = sorted(due, key=lambda one: (one.due_at, one.message.id))[:limit]
        for one in chosen:
            one.lease_until = now + timedelta(seconds=lease_seconds)
            one.attempts += 1
        return [DueSms(dataclasses.replace(one.message, due_at=one.due_at), one.attempts) for one in chosen]

    async def settle(self, sent: Sent) -> None:
        """Write how an attempt went."""
        one = self.queue[sent.id]
        if one.state != "queued":
            return
        one.lease_until = self.clock.now()
        if sent.accepted:
            one.state, one.fault = "accepted", None
        elif sent.again_at is None:
            one.state, one.fault = "failed", sent.fault
        elif sent.fault is None:
            one.attempts -= 1
        else:
            one.due_at, one.fault = sent.again_at, sent.fault

    async def delivered(self, sms_id: str, delivery: Delivery) -> bool:
        """Write what the network says."""
        one = self.queue.get(sms_id)
        if one is None:
            return False
        if delivery is Delivery.FAILED:
            one.state = "failed"
        elif delivery is Delivery.DELIVERED and one.state in ("queued", "accepted"):
            one.state = "delivered"
        return True

    async def figures(self) -> QueueFigures:
        """How the queue stands."""
        now = self.clock.now()
        queued = [one for one in self.queue.values() if one.state == "queued"]
        due = [one for one in queued if one.due_at <= now or one.attempts]
        faults = [one.fault for one in queued if one.fault]
        return QueueFigures(
            due=len(due),
            later=len(queued) - len(due),
            oldest_due_at=min((one.created_at if one.attempts else one.due_at for one in due), default=None),
            tries=max((one.attempts for one in queued), default=0),
            fault=faults[-1] if faults else None,
            failed=sum(one.state == "failed" for one in self.queue.values()),
        )

    async def unplaced(self, limit: int) -> Sequence[Unplaced]:
        """Reports by SMS that the desk has without a case they may belong to."""
        found = [
            Unplaced(one.id, one.text, one.contact.phone, self._receiver(one), f"261124{number:06d}")
            for number, one in enumerate(self.reports.reports, 1)
            if one.id in self.cases.asked and not self.cases.asked[one.id].similar
            if one.origin.channel == "sms" and one.contact.phone and one.id not in self.questions
        ]
        return found[:limit]

    async def ask(self, questions: Sequence[tuple[Unplaced, OutboundSms, datetime]]) -> int:
        """Ask those that wait still."""
        asked = 0
        for one, message, until in questions:
            if one.report_id in self.cases.asked and one.report_id not in self.questions:
                self.questions[one.report_id] = Asked(one.sender, until)
                self._put(message)
                asked += 1
        return asked

    async def milestones(self, limit: int) -> tuple[Sequence[Milestone], int | None]:
        """What was not told yet."""
        fresh = [one for one in self.events if one.position > self.told_up_to][:limit]
        return fresh, fresh[-1].position if fresh else None

    async def tell(self, messages: Sequence[OutboundSms], position: int) -> None:
        """Queue and remember."""
        for message in messages:
            self._put(message)
        self.told_up_to = max(self.told_up_to, position)

    def waiting(self) -> list[OutboundSms]:
        """Messages that were queued, in order."""
        return [one.message for one in self.queue.values()]

    def _put(self, message: OutboundSms) -> None:
        now = self.clock.now()
        self.queue.setdefault(message.id, Queued(message, now, now, message.due_at))

    async def _look_again(self, place: JoinPlace) -> bool:
        fix = Correction("place_words", place.words, "sms", self.clock.now())
        if self.cases.asked.pop(place.report_id, None) is None:
            self.reports.corrections.setdefault(place.report_id, []).append(fix)
            return False
        self.reports.parked[place.report_id] = "再看一次"
        await self.reports.replay(place.report_id, [fix])
        return True

    def _open(self, asked: dict[str, Asked], message: InboundSms) -> str | None:
        found = [
            report_id
            for report_id, one in asked.items()
            if one.phone == message.sender and not one.answered and one.until > message.received_at
        ]
        return found[-1] if found else None

    def _receiver(self, report: Report) -> str:
        taken = self.inbound.get(report.origin.external_id)
        if taken is None:
            raise NotFound("没有这条短信。", "There is no such message.")
        return taken.message.receiver


def _is_of(report: Report, message: InboundSms) -> bool:
    return (report.origin.channel, report.origin.external_id) == ("sms", message.key)
