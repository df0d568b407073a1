"""Messages that came in, on SQL: what is known of a number, and what a message does, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, exists, func, select, text

from case_api.store.case_views import CaseViews
from case_api.store.database import Database
from case_api.store.grouping import GroupCommit
from case_api.store.moments import to_ms
from case_api.store.reports import load_corrections
from case_api.store.sealing import Sealer
from case_api.store.second_look import look_again
from case_api.store.sms_rows import CHANNEL, keep_inbound, phone_key, queue_outbound
from case_api.store.sms_tables import SMS_INBOUND, SMS_QUESTION, SMS_RATING
from case_api.store.tables import CASE, OUTCOME, REPORT
from case_api.store.tracking import tracking_view
from intake.model import Correction
from intake.model.sms import InboundSms, JoinPlace, Progress, Rate, Situation, TakenSms
from intake.ports import Clock

_ANSWERED = text(
    "UPDATE sms_question SET answered_ms = :at, answer_key = :key WHERE report_id = :id AND answered_ms IS NULL",
)
_RATED = text("UPDATE sms_rating SET rated_ms = :at, grade = :grade WHERE report_id = :id AND rated_ms IS NULL")
_CHASED = exists().where(
    SMS_INBOUND.c.key == REPORT.c.external_id, REPORT.c.channel == CHANNEL, SMS_INBOUND.c.kind == "chase_up"
)
_FINAL = case((OUTCOME.c.kind == "answer", 1), (CASE.c.open.is_(False), 1), else_=0)
_REPORTS = (
    select(REPORT, OUTCOME.c.kind.label("outcome"), OUTCOME.c.case_number, _FINAL.label("final"))
    .join(OUTCOME, OUTCOME.c.report_id == REPORT.c.id, isouter=True)
    .join(CASE, CASE.c.number == OUTCOME.c.case_number, isouter=True)
    .where(func.coalesce(OUTCOME.c.kind, "") != "chase_up", ~_CHASED)
)


class SqlSmsStore:
    """Implements the SMS channel's `SmsStore`."""

    def __init__(self, database: Database, sealer: Sealer, views: CaseViews, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._views = views
        self._clock = clock
        self._kept: GroupCommit[TakenSms, bool] = GroupCommit(database, self._write)

    async def situation(self, message: InboundSms, since: datetime) -> Situation:
        """What is known of the sender. Raises Temporary."""
        sender = phone_key(message, self._sealer)
        return await self._database.read(lambda connection: _situation(connection, message, sender, to_ms(since)))

    async def keep(self, taken: TakenSms) -> bool:
        """Write a message with what it does; False when it was kept before. Raises Temporary."""
        return await self._kept.add(taken)

    async def progress(self, message: InboundSms, tracking_number: str | None) -> Progress | None:
        """A report of the sender. Raises Temporary."""
        query = (
            _REPORTS.where(REPORT.c.phone_key == phone_key(message, self._sealer))
            .where((REPORT.c.channel != CHANNEL) | (REPORT.c.external_id != message.key))
            .order_by(_FINAL, REPORT.c.id.desc())
            .limit(1)
        )
        if tracking_number is not None:
            query = query.where(REPORT.c.tracking_number == tracking_number)

        def work(connection: Connection) -> Progress | None:
            row = connection.execute(query).mappings().first()
            return self._progress(connection, dict(row)) if row is not None else None

        return await self._database.read(work)

    def _progress(self, connection: Connection, row: Mapping[str, Any]) -> Progress:
        number = row["case_number"]
        found = connection.execute(select(CASE).where(CASE.c.number == number)).mappings().first() if number else None
        view = tracking_view(row, self._views.one(dict(found), []) if found else None, [])
        fixes = load_corrections(connection, [row["id"]]).get(row["id"], [])
        places = [one.value for one in fixes if one.field == "place_words"]
        return Progress(
            report_id=row["id"],
            tracking_number=row["tracking_number"],
            text=row["text"],
            place_words=places[-1] if places else row["place_words"],
            stage=view.stage_name,
            stage_en=view.stage_name_en,
            case_number=number,
            unit=view.unit_name,
            final=bool(row["final"]),
        )

    def _write(self, connection: Connection, batch: Sequence[TakenSms]) -> Sequence[bool]:
        at = self._clock.now()
        return [self._write_one(connection, taken, at) for taken in batch]

    def _write_one(self, connection: Connection, taken: TakenSms, at: datetime) -> bool:
        if not keep_inbound(connection, taken, self._sealer):
            return False
        answer = taken.answer
        match taken.effect:
            case JoinPlace() as joined:
                if not _join(connection, joined, taken.message.key, at):
                    answer = joined.late
            case Rate(report_id=report_id, grade=grade):
                connection.execute(_RATED, {"id": report_id, "grade": grade, "at": to_ms(at)})
            case None:
                pass
        if answer is not None:
            queue_outbound(connection, [answer], self._sealer, at)
        return True


def _join(connection: Connection, place: JoinPlace, key: str, at: datetime) -> bool:
    """Append the place, and look at the report again; False when it is decided already."""
    connection.execute(_ANSWERED, {"id": place.report_id, "at": to_ms(at), "key": key})
    correction = Correction("place_words", place.words, CHANNEL, at)
    return look_again(connection, place.report_id, [correction], to_ms(at))


def _situation(connection: Connection, message: InboundSms, sender: str, since_ms: int) -> Situation:
    now_ms = to_ms(message.received_at)
    question = (
        select(SMS_QUESTION.c.report_id)
        .where(SMS_QUESTION.c.phone_key == sender, SMS_QUESTION.c.answered_ms.is_(None))
        .where(SMS_QUESTION.c.until_ms > now_ms)
        .order_by(SMS_QUESTION.c.asked_ms.desc())
        .limit(1)
    )
    rating = (
        select(SMS_RATING.c.report_id)
        .where(SMS_RATING.c.phone_key == sender, SMS_RATING.c.rated_ms.is_(None), SMS_RATING.c.until_ms > now_ms)
        .order_by(SMS_RATING.c.asked_ms.desc())
        .limit(1)
    )
    recent = select(func.count()).where(SMS_INBOUND.c.phone_key == sender, SMS_INBOUND.c.received_ms > since_ms)
    facts = select(
        exists().where(SMS_INBOUND.c.key == message.key).label("taken"),
        exists().where(REPORT.c.external_id == message.key, REPORT.c.channel == CHANNEL).label("reported"),
        question.scalar_subquery().label("question"),
        rating.scalar_subquery().label("rating"),
        recent.scalar_subquery().label("recent"),
    )
    row = connection.execute(facts).mappings().one()
    return Situation(
        taken=bool(row["taken"]),
        reported=bool(row["reported"]),
        question=row["question"],
        rating=row["rating"],
        recent=int(row["recent"]),
    )
