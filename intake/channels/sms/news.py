"""What senders hear without asking: the one question for a place, and that their case was dispatched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from intake.channels.sms.answers import DAY_HOURS, Answers
from intake.channels.sms.ports import SmsNews
from intake.model.sms import OutboundSms
from intake.ports import Bus, Clock
from intake.topics import SMS_DUE

_BATCH = 100


@dataclass(frozen=True, slots=True)
class NewsTeller:
    """Finds what is to be told, and queues it once. `own_number` as in the channel."""

    news: SmsNews
    bus: Bus
    clock: Clock
    answers: Answers
    own_number: str = ""

    async def tell(self) -> int:
        """Ask and tell; how many messages were queued. Raises Temporary."""
        told = await self._ask_for_places() + await self._tell_milestones()
        if told:
            await self.bus.publish(SMS_DUE, {})
        return told

    async def _ask_for_places(self) -> int:
        unplaced = await self.news.unplaced(_BATCH)
        if not unplaced:
            return 0
        now = self.clock.now()
        until = now + timedelta(hours=DAY_HOURS)
        questions = [
            (
                one,
                OutboundSms(
                    id=f"place:{one.report_id}",
                    receiver=one.sender,
                    text=self.answers.ask_place(one),
                    due_at=now,
                    sender=self.own_number or one.receiver,
                    report_id=one.report_id,
                ),
                until,
            )
            for one in unplaced
        ]
        return await self.news.ask(questions)

    async def _tell_milestones(self) -> int:
        events, position = await self.news.milestones(_BATCH)
        if position is None:
            return 0
        now = self.clock.now()
        messages = [
            OutboundSms(
                id=f"dispatched:{one.case_number}:{one.position}:{one.report_id}",
                receiver=one.sender,
                text=self.answers.dispatched(one),
                due_at=now,
                sender=self.own_number or one.receiver,
                report_id=one.report_id,
            )
            for one in events
        ]
        await self.news.tell(messages, position)
        return len(messages)
