"""The SMS channel: a message that came in becomes a report, an answer to a question, or is answered.

Everything it does is durable, and done once, before `take` returns: the gateway may repeat a message at any moment.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from weakref import WeakValueDictionary

from intake.channels.sms.answers import Answers
from intake.channels.sms.dialogue import (
    AskProgress,
    Courtesy,
    GiveGrade,
    NewReport,
    Step,
    TellPlace,
    Urge,
    next_step,
)
from intake.channels.sms.pace import Pace
from intake.channels.sms.ports import SmsStore
from intake.errors import IdempotencyConflict
from intake.ids import new_report_id
from intake.inbox import TEXT_LIMIT_CHARACTERS, Inbox
from intake.model import Contact, Origin, Receipt, Report
from intake.model.sms import InboundSms, JoinPlace, OutboundSms, Progress, Rate, SmsKind, TakenSms
from intake.ports import Bus, Clock
from intake.topics import REPORT_WAITING, SMS_DUE

CHANNEL = "sms"
_COURTESIES = {
    Courtesy.THANKS: SmsKind.THANKS,
    Courtesy.EMPTY: SmsKind.EMPTY,
    Courtesy.NO_RATING: SmsKind.DIGIT,
    Courtesy.WRONG_GRADE: SmsKind.DIGIT,
}
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SmsChannel:
    """Takes messages. `own_number` is what answers come from; empty: the number that was written to."""

    inbox: Inbox
    store: SmsStore
    bus: Bus
    clock: Clock
    answers: Answers
    pace: Pace = field(default_factory=Pace)
    own_number: str = ""
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def take(self, message: InboundSms, raw: bytes) -> SmsKind | None:
        """Deal with a message for good; what it was taken for, None when it was dealt with before.

        Raises Temporary when something could not be made durable: then the gateway is to repeat it.
        """
        async with self._turn(message.sender):
            situation = await self.store.situation(message, message.received_at - self.pace.window)
            if situation.taken:
                return None
            delay_seconds = self.pace.delay_seconds(situation.recent)
            taken = await self._understand(message, raw, next_step(message.text, situation), delay_seconds)
            fresh = await self.store.keep(taken)
        if not fresh:
            return None
        if taken.answer is not None:
            await self.bus.publish(SMS_DUE, {})
        if taken.effect is not None:
            await self.bus.publish(REPORT_WAITING, {})
        return taken.kind

    @asynccontextmanager
    async def _turn(self, sender: str) -> AsyncIterator[None]:
        """Messages of one number one after the other, in this process: each finds what the one before it did."""
        lock = self._turns.get(sender)
        if lock is None:
            lock = self._turns[sender] = asyncio.Lock()
        async with lock:
            yield

    async def _understand(self, message: InboundSms, raw: bytes, step: Step, delay_seconds: float) -> TakenSms:
        match step:
            case NewReport():
                return await self._new(message, raw, delay_seconds)
            case Urge():
                return await self._urge(message, raw, step, delay_seconds)
            case AskProgress(number=number):
                found = await self._progress(message, number)
                words = self.answers.progress(message.text, found)
                answer = self._answer(message, words, _id(found), delay_seconds)
                return TakenSms(message, SmsKind.QUERY, _id(found), answer=answer)
            case TellPlace() | GiveGrade() | Courtesy():
                return self._note(message, step, delay_seconds)

    def _note(self, message: InboundSms, step: TellPlace | GiveGrade | Courtesy, delay_seconds: float) -> TakenSms:
        """What needs nothing but to be kept."""
        told = message.text

        def answer(text: str | None, report_id: str | None = None) -> OutboundSms | None:
            return self._answer(message, text, report_id, delay_seconds)

        match step:
            case TellPlace(report_id=report_id):
                effect = JoinPlace(report_id, told, answer(self.answers.place_late(told), report_id))
                joined = answer(self.answers.place_joined(told), report_id)
                return TakenSms(message, SmsKind.PLACE, report_id, effect, joined)
            case GiveGrade(report_id=report_id, grade=grade):
                rated = answer(self.answers.rated(told), report_id)
                return TakenSms(message, SmsKind.RATING, report_id, Rate(report_id, grade), rated)
            case Courtesy():
                kind = _COURTESIES[step]
                return TakenSms(message, kind, answer=answer(self.answers.courtesy(told, step)))

    async def _new(self, message: InboundSms, raw: bytes, delay_seconds: float) -> TakenSms:
        receipt = await self._report(message, message.text, raw, delay_seconds)
        told = message.text
        words = self.answers.received(told, receipt) if receipt else self.answers.parked(told)
        report_id = receipt.report_id if receipt else None
        answer = self._answer(message, words, report_id, delay_seconds)
        return TakenSms(message, SmsKind.REPORT, report_id, answer=answer)

    async def _urge(self, message: InboundSms, raw: bytes, step: Urge, delay_seconds: float) -> TakenSms:
        """催单: of a report with a case it goes in as a report, in whose words the normaliser finds that case; of one
        that nobody decided on yet, only the answer tells how it stands."""
        found = await self._progress(message, step.number)
        words = self.answers.urged(message.text, found)
        answer = self._answer(message, words, _id(found), delay_seconds)
        if found is None or found.final or found.case_number is None:
            return TakenSms(message, SmsKind.CHASE_UP, _id(found), answer=answer)
        said = f"{step.words}。" if step.words else ""
        text = f"催单：{said}之前反映过，还没处理（{found.tracking_number}）：{found.text}"[:TEXT_LIMIT_CHARACTERS]
        receipt = await self._report(message, text, raw, delay_seconds, found.place_words)
        return TakenSms(message, SmsKind.CHASE_UP, receipt.report_id if receipt else None, answer=answer)

    async def _report(
        self, message: InboundSms, text: str, raw: bytes, delay_seconds: float, place_words: str | None = None
    ) -> Receipt | None:
        """Hand a report in. None when its key carried another content before: that is parked for staff."""
        report = Report(
            id=new_report_id(self.clock.now()),
            origin=Origin(CHANNEL, message.key, message.received_at),
            contact=Contact(message.sender if message.answerable else None),
            text=text,
            place_words=place_words,
        )
        try:
            return await self.inbox.accept(report, raw, keep_conflict=True, delay_seconds=delay_seconds)
        except IdempotencyConflict:
            _LOG.warning("message %s came before with another content; it is parked", message.key)
            return None

    async def _progress(self, message: InboundSms, number: str | None) -> Progress | None:
        return await self.store.progress(message, number) if message.answerable else None

    def _answer(
        self, message: InboundSms, text: str | None, report_id: str | None, delay_seconds: float
    ) -> OutboundSms | None:
        if text is None or not message.answerable:
            return None
        return OutboundSms(
            id=f"answer:{message.key}",
            receiver=message.sender,
            text=text,
            due_at=message.received_at + timedelta(seconds=delay_seconds),
            sender=self.own_number or message.receiver,
            report_id=report_id,
        )


def _id(found: Progress | None) -> str | None:
    return found.report_id if found else None
