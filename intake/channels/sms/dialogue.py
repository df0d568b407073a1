"""The dialogue with a number: what a message does, given what it says and what is open. Pure.

Order of the rules:

1. A message that is a report already (the gateway repeats it) stays one, whatever was asked meanwhile: its own place
   may have been asked for.
2. Nothing but courtesy, or nothing at all, is kept as read: no report, no case.
3. `查询` and `催单` count as such, whether or not a question is open.
4. A digit is a grade while one is awaited (1-5); else it is told that none is.
5. While the place of a report is asked for, a message of up to 15 letters is the answer; one of up to 40 letters too,
   unless it complains of something (坏, 漏, 没人, 投诉 ...). What is longer, or complains, is a report of its own.
6. Everything else is a report.

The place is asked for once: who does not answer, or answers what nobody finds, is left to the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from intake.channels.sms.reading import Chase, Digit, Nothing, Query, Thanks, Words, read
from intake.model.sms import Situation


@dataclass(frozen=True, slots=True)
class NewReport:
    """The message is a report."""


@dataclass(frozen=True, slots=True)
class TellPlace:
    """The message is the place of this report."""

    report_id: str


@dataclass(frozen=True, slots=True)
class Urge:
    """催单 for a report by its tracking number, or for the latest open one."""

    number: str | None
    words: str


@dataclass(frozen=True, slots=True)
class AskProgress:
    """查询 for a report by its tracking number, or for the latest."""

    number: str | None


@dataclass(frozen=True, slots=True)
class GiveGrade:
    """A grade, 1-5, for this report."""

    report_id: str
    grade: int


class Courtesy(StrEnum):
    """Messages that want nothing done."""

    THANKS = "thanks"
    EMPTY = "empty"
    NO_RATING = "no_rating"
    WRONG_GRADE = "wrong_grade"


Step = NewReport | TellPlace | Urge | AskProgress | GiveGrade | Courtesy


def next_step(text: str, situation: Situation) -> Step:
    """What to do with a message of a number in this situation."""
    said = read(text)
    if situation.reported:
        return Urge(said.number, said.words) if isinstance(said, Chase) else NewReport()
    step: Step
    match said:
        case Nothing():
            step = Courtesy.EMPTY
        case Thanks():
            step = Courtesy.THANKS
        case Query(number=number):
            step = AskProgress(number)
        case Chase(number=number, words=words):
            step = Urge(number, words)
        case Digit(grade=grade):
            step = _graded(grade, situation.rating)
        case Words(may_be_place=may_be_place):
            is_place = may_be_place and situation.question is not None
            step = TellPlace(situation.question or "") if is_place else NewReport()
    return step


def _graded(grade: int, rating: str | None) -> Step:
    if rating is None:
        return Courtesy.NO_RATING
    return GiveGrade(rating, grade) if 1 <= grade <= 5 else Courtesy.WRONG_GRADE
