"""Short messages: what came in, what was understood of it, what goes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class InboundSms:
    """上行短信: one message, joined from its parts. `key` is the same whenever the gateway repeats it.

    `sender` is normalised digits, or what the network put there instead of a number (such as a name): then `answerable`
    is False. `receiver` is the number of ours that it was sent to. `received_at` is aware.
    """

    key: str
    sender: str
    receiver: str
    text: str
    received_at: datetime
    answerable: bool = True

    def __repr__(self) -> str:
        return f"InboundSms({self.key})"


class SmsKind(StrEnum):
    """What a message was taken for."""

    REPORT = "report"
    PLACE = "place"
    CHASE_UP = "chase_up"
    QUERY = "query"
    RATING = "rating"
    DIGIT = "digit"
    THANKS = "thanks"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class OutboundSms:
    """下行短信: one message to send, in one or more parts. `id` says what it answers: the same id is sent once.

    `sender` is the number of ours that it comes from; empty: the gateway's own. Not sent before `due_at` (aware).
    """

    id: str
    receiver: str
    text: str
    due_at: datetime
    sender: str = ""
    report_id: str | None = None

    def __repr__(self) -> str:
        return f"OutboundSms({self.id})"


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a number when a message of it comes.

    `taken`: this very message was dealt with before. `reported`: it is a report already, though not answered yet.
    `question` is the report whose place was asked for and not told yet, `rating` the one whose grade is awaited.
    `recent` counts the messages of the number in the time that was asked about.
    """

    taken: bool = False
    reported: bool = False
    question: str | None = None
    rating: str | None = None
    recent: int = 0


@dataclass(frozen=True, slots=True)
class JoinPlace:
    """The message tells the place of a report: it is looked at again, unless the desk was faster.

    Then `late` is the answer instead.
    """

    report_id: str
    words: str
    late: OutboundSms | None


@dataclass(frozen=True, slots=True)
class Rate:
    """The message grades how a report was dealt with, 1-5."""

    report_id: str
    grade: int


@dataclass(frozen=True, slots=True)
class TakenSms:
    """A message with what it was taken for, what it does, and its answer; all of it is kept at once or not at all."""

    message: InboundSms
    kind: SmsKind
    report_id: str | None = None
    effect: JoinPlace | Rate | None = None
    answer: OutboundSms | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How a report of a number stands: `stage` in a citizen's words, zh and en.

    `case_number` is None before there is a case. `place_words` are those that count now, after corrections. `final`:
    nothing more is to come, so that there is nothing to urge.
    """

    report_id: str
    tracking_number: str
    text: str
    place_words: str | None
    stage: str
    stage_en: str
    case_number: str | None = None
    unit: str | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A report by SMS that waits at the desk for want of a place, whose sender was not asked yet.

    `text` is what was told: its language is that of the question.
    """

    report_id: str
    text: str
    sender: str
    receiver: str
    tracking_number: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """The case of a report that came by SMS was dispatched to `unit`. `position` is the event's place in the feed."""

    position: int
    case_number: str
    report_id: str
    text: str
    sender: str
    receiver: str
    tracking_number: str
    unit: str
    unit_en: str


@dataclass(frozen=True, slots=True)
class DueSms:
    """A message whose turn has come, leased. `attempts` counts this one."""

    message: OutboundSms
    attempts: int


@dataclass(frozen=True, slots=True)
class Sent:
    """How an attempt went: accepted by the gateway, or not, with the fault (no number in it).

    `again_at` is when to try again; None when trying again cannot help.
    """

    id: str
    accepted: bool
    fault: str | None = None
    again_at: datetime | None = None


class Delivery(StrEnum):
    """What the network says of a message that the gateway accepted."""

    DELIVERED = "delivered"
    UNDERWAY = "underway"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """The queue of messages to send: how many are due and since when the oldest is; `fault` is the last one.

    `failed` counts those of the last day that the gateway or the network refused for good.
    """

    due: int = 0
    later: int = 0
    oldest_due_at: datetime | None = None
    tries: int = 0
    fault: str | None = field(default=None, repr=False)
    failed: int = 0
