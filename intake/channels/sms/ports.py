"""What the SMS channel needs from the world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from intake.model.sms import (
    Delivery,
    DueSms,
    InboundSms,
    Milestone,
    OutboundSms,
    Progress,
    QueueFigures,
    Sent,
    Situation,
    TakenSms,
    Unplaced,
)


class SmsGateway(Protocol):
    """The way to the network."""

    async def send(self, message: OutboundSms) -> None:
        """Hand a message over; on return the gateway answers for it.

        Raises Temporary when it is away or not willing now, Permanent when it will never take this message. It may
        have taken a message although Temporary was raised.
        """
        ...

    async def probe(self) -> None:
        """Ask whether it would take messages, without sending one. Raises Temporary, Permanent (credentials)."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class SmsStore(Protocol):
    """Messages that came in, and what they did."""

    async def situation(self, message: InboundSms, since: datetime) -> Situation:
        """What is known of the sender now; messages since a moment are counted. Raises Temporary."""
        ...

    async def keep(self, taken: TakenSms) -> bool:
        """Keep a message with its effect and its answer, all at once; False when its key was kept before.

        A place that comes too late is appended beside the report as a note. Raises Temporary.
        """
        ...

    async def progress(self, message: InboundSms, tracking_number: str | None) -> Progress | None:
        """A report of the sender, other than this message: by its tracking number, else the latest, those that are not
        final first; chase-ups do not count. None alike for an unknown number and for one of somebody else.

        Raises Temporary.
        """
        ...


class SmsQueue(Protocol):
    """Messages to send."""

    async def claim(self, limit: int, lease_seconds: float) -> Sequence[DueSms]:
        """The longest due that nobody else has in hand, leased now. Raises Temporary."""
        ...

    async def settle(self, sent: Sent) -> None:
        """Write how an attempt went; what failed and may be tried again waits until then. Raises Temporary."""
        ...

    async def delivered(self, sms_id: str, delivery: Delivery) -> bool:
        """Write what the network says; False when no such message was sent. Raises Temporary."""
        ...

    async def figures(self) -> QueueFigures:
        """How the queue stands. Raises Temporary."""
        ...


class SmsNews(Protocol):
    """What happened to reports by SMS that their senders should hear of."""

    async def unplaced(self, limit: int) -> Sequence[Unplaced]:
        """Reports at the desk for want of a place whose senders were not asked. Raises Temporary."""
        ...

    async def ask(self, questions: Sequence[tuple[Unplaced, OutboundSms, datetime]]) -> int:
        """Ask for places, each open until a moment; how many were asked: others may ask or decide at the same time.

        Raises Temporary.
        """
        ...

    async def milestones(self, limit: int) -> tuple[Sequence[Milestone], int | None]:
        """Dispatches among the next `limit` events since it was last told, oldest first, and the position up to which
        was read; None when nothing is new. The first call skips the time before SMS began. Raises Temporary."""
        ...

    async def tell(self, messages: Sequence[OutboundSms], position: int) -> None:
        """Queue the messages and remember that everything up to this position is told. Raises Temporary."""
        ...
