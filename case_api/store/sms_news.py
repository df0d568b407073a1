"""What senders are to hear without asking, on SQL: reports that lack a place, cases that were dispatched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select, text, update

from case_api.casepack import CasePack
from case_api.store.database import Database
from case_api.store.moments import to_ms
from case_api.store.report_codec import contact_of
from case_api.store.sealing import Sealer
from case_api.store.sms_rows import CHANNEL, queue_outbound
from case_api.store.sms_tables import SMS_INBOUND, SMS_MARK, SMS_QUESTION
from case_api.store.tables import CASE_EVENT, CASE_REPORT, DESK_ITEM, OUTBOX, REPORT
from intake.errors import Permanent
from intake.model.sms import Milestone, OutboundSms, Unplaced
from intake.ports import Clock

_MARK = "milestones"
# A question may be committed after a later one: the look back is that long.
_LATE_MS = 60_000
_DAY_MS = 86_400_000
_OF_SMS = (REPORT.c.channel == CHANNEL) & REPORT.c.phone_key.is_not(None)
_RECEIVER = func.coalesce(SMS_INBOUND.c.receiver, "").label("receiver")
_AT_DESK = (
    select(REPORT, DESK_ITEM.c.found, DESK_ITEM.c.created_ms, _RECEIVER)
    .join(DESK_ITEM, DESK_ITEM.c.report_id == REPORT.c.id)
    .join(SMS_QUESTION, SMS_QUESTION.c.report_id == REPORT.c.id, isouter=True)
    .join(SMS_INBOUND, SMS_INBOUND.c.key == REPORT.c.external_id, isouter=True)
    .where(_OF_SMS, DESK_ITEM.c.resolved_ms.is_(None), SMS_QUESTION.c.report_id.is_(None))
    .order_by(DESK_ITEM.c.created_ms, REPORT.c.id)
)
_EVENTS = (
    select(OUTBOX.c.position, CASE_EVENT.c.case_number, CASE_EVENT.c.kind, CASE_EVENT.c.payload)
    .join(CASE_EVENT, (OUTBOX.c.case_number == CASE_EVENT.c.case_number) & (OUTBOX.c.n == CASE_EVENT.c.n))
    .order_by(OUTBOX.c.position)
)
_REPORTERS = (
    select(REPORT, CASE_REPORT.c.case_number, _RECEIVER)
    .join(CASE_REPORT, CASE_REPORT.c.report_id == REPORT.c.id)
    .join(SMS_INBOUND, SMS_INBOUND.c.key == REPORT.c.external_id, isouter=True)
    .where(_OF_SMS)
    .order_by(REPORT.c.id)
)
_ASK = text(
    "INSERT INTO sms_question (report_id, phone_key, asked_ms, until_ms) "
    "SELECT report_id, :phone_key, :at, :until FROM desk_item WHERE report_id = :id AND resolved_ms IS NULL "
    "ON CONFLICT (report_id) DO NOTHING",
)


class SqlSmsNews:
    """Implements the SMS channel's `SmsNews`. Below `place_confidence` (0-1) a place counts as lacking."""

    def __init__(
        self, database: Database, pack: CasePack, sealer: Sealer, clock: Clock, place_confidence: float
    ) -> None:
        self._database = database
        self._pack = pack
        self._sealer = sealer
        self._clock = clock
        self._place_confidence = place_confidence
        self._looked_ms = 0

    async def unplaced(self, limit: int) -> Sequence[Unplaced]:
        """Reports of the last day that lack a place. Raises Temporary.

        Those that wait at the desk for another reason are passed over once.
        """
        since_ms = max(self._looked_ms, to_ms(self._clock.now()) - _DAY_MS)
        query = _AT_DESK.where(DESK_ITEM.c.created_ms >= since_ms).limit(limit)
        rows = await self._database.read(
            lambda connection: [dict(row) for row in connection.execute(query).mappings()],
        )
        lacking = [row for row in rows if self._lacks_place(row)]
        if rows:
            self._looked_ms = max(since_ms, (lacking or rows[-1:])[0]["created_ms"] - _LATE_MS)
        return [one for one in map(self._unplaced, lacking) if one is not None]

    async def ask(self, questions: Sequence[tuple[Unplaced, OutboundSms, datetime]]) -> int:
        """Ask for places, each once. Raises Temporary."""
        at = self._clock.now()

        def work(connection: Connection) -> int:
            asked = 0
            for one, message, until in questions:
                values = {"id": one.report_id, "phone_key": self._sealer.lookup(one.sender)}
                moments = {"at": to_ms(at), "until": to_ms(until)}
                if connection.execute(_ASK, {**values, **moments}).rowcount:
                    queue_outbound(connection, [message], self._sealer, at)
                    asked += 1
            return asked

        return await self._database.write(work)

    async def milestones(self, limit: int) -> tuple[Sequence[Milestone], int | None]:
        """Dispatches since it was last told. Raises Temporary."""
        mark = await self._database.read(_mark)
        if mark is None:
            await self._database.write(_begin)
            return (), None
        query = _EVENTS.where(OUTBOX.c.position > mark).limit(limit)

        def work(connection: Connection) -> tuple[Sequence[Milestone], int | None]:
            events = [dict(row) for row in connection.execute(query).mappings()]
            dispatched = {one["case_number"]: one for one in events if one["kind"] == "dispatched"}
            rows = connection.execute(_REPORTERS.where(CASE_REPORT.c.case_number.in_(dispatched))).mappings()
            found = [self._milestone(dict(row), dispatched[row["case_number"]]) for row in rows] if dispatched else []
            return [one for one in found if one is not None], events[-1]["position"] if events else None

        return await self._database.read(work)

    async def tell(self, messages: Sequence[OutboundSms], position: int) -> None:
        """Queue and remember. Raises Temporary."""
        at = self._clock.now()

        def work(connection: Connection) -> None:
            queue_outbound(connection, messages, self._sealer, at)
            reached = update(SMS_MARK).where(SMS_MARK.c.name == _MARK, SMS_MARK.c.value < position)
            connection.execute(reached.values(value=position))

        await self._database.write(work)

    def _lacks_place(self, row: Mapping[str, Any]) -> bool:
        places = orjson.loads(row["found"])["places"]
        return not places or places[0]["confidence"] < self._place_confidence

    def _unplaced(self, row: Mapping[str, Any]) -> Unplaced | None:
        sender = self._sender(row)
        if sender is None:
            return None
        return Unplaced(row["id"], row["text"], sender, row["receiver"], row["tracking_number"])

    def _milestone(self, row: Mapping[str, Any], event: Mapping[str, Any]) -> Milestone | None:
        sender = self._sender(row)
        if sender is None:
            return None
        unit = self._pack.units.find(orjson.loads(event["payload"])["unit_code"])
        return Milestone(
            position=event["position"],
            case_number=event["case_number"],
            report_id=row["id"],
            text=row["text"],
            sender=sender,
            receiver=row["receiver"],
            tracking_number=row["tracking_number"],
            unit=unit.name if unit else "责任单位",
            unit_en=(unit.name_en or unit.name) if unit else "the responsible unit",
        )

    def _sender(self, row: Mapping[str, Any]) -> str | None:
        """The number, or None when its seal cannot be opened: the others are told all the same."""
        try:
            return contact_of(row, self._sealer).phone
        except Permanent:
            return None


def _mark(connection: Connection) -> int | None:
    return connection.execute(select(SMS_MARK.c.value).where(SMS_MARK.c.name == _MARK)).scalar()


def _begin(connection: Connection) -> None:
    """Nothing of the time before is told."""
    newest = connection.execute(select(func.max(OUTBOX.c.position))).scalar() or 0
    if _mark(connection) is None:
        connection.execute(insert(SMS_MARK).values(name=_MARK, value=newest))
