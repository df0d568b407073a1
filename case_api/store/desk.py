"""The desk on SQL: questions that only a person can answer, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select, text, update

from case_api.casepack import CasePack
from case_api.services import Resolution
from case_api.store.case_views import CaseViews
from case_api.store.casework import Casework, Member, NewCase, standing
from case_api.store.chain import EventDraft, canonical
from case_api.store.database import Database
from case_api.store.desk_choice import chosen_guess, chosen_location
from case_api.store.desk_item import DeskItems
from case_api.store.ledger import Ledger
from case_api.store.moments import to_ms
from case_api.store.report_reader import REPORT_WITH_OUTCOME, report_view
from case_api.store.sealing import Sealer
from case_api.store.tables import DESK_ITEM, OUTCOME
from case_api.views import DeskPage, ReportView
from intake.errors import Invalid, NotAllowedNow, NotFound
from intake.http.paging import decode_cursor, encode_cursor
from intake.model import Urgency
from intake.ports import Bus, Clock, Geocoder
from intake.topics import CASE_CHANGED

_OPEN_ITEMS = text("resolved_ms IS NULL")
_RESOLVE = text(
    "UPDATE desk_item SET resolved_ms = :at, resolved_by = :actor WHERE report_id = :id AND resolved_ms IS NULL",
)


@dataclass(frozen=True, slots=True)
class SqlDesk:
    """Implements `case_api.services.Desk`."""

    database: Database
    pack: CasePack
    casework: Casework
    views: CaseViews
    sealer: Sealer
    geocoder: Geocoder
    bus: Bus
    clock: Clock

    async def page(self, cursor: str | None, limit: int) -> DeskPage:
        """Unanswered questions, oldest first."""
        query = select(DESK_ITEM).where(_OPEN_ITEMS).order_by(DESK_ITEM.c.created_ms, DESK_ITEM.c.report_id)
        if cursor is not None:
            created_ms, report_id = decode_cursor(cursor, (int, str))
            after = (DESK_ITEM.c.created_ms > created_ms) | (
                (DESK_ITEM.c.created_ms == created_ms) & (DESK_ITEM.c.report_id > report_id)
            )
            query = query.where(after)
        items = DeskItems(self.pack.catalogue, self.views, self.geocoder)

        def work(connection: Connection) -> DeskPage:
            rows = [dict(row) for row in connection.execute(query.limit(limit + 1)).mappings()]
            last = rows[limit - 1] if len(rows) > limit else None
            return DeskPage(
                items=[items.one(connection, row, self._report(connection, row["report_id"])) for row in rows[:limit]],
                next_cursor=encode_cursor(last["created_ms"], last["report_id"]) if last else None,
            )

        return await self.database.read(work)

    async def resolve(self, report_id: str, actor: str, resolution: Resolution) -> ReportView:
        """Answer one question. Raises NotFound, Invalid, NotAllowedNow when somebody was faster."""
        at = self.clock.now()

        def work(connection: Connection) -> ReportView:
            item = connection.execute(select(DESK_ITEM).where(DESK_ITEM.c.report_id == report_id)).mappings().first()
            if item is None:
                raise NotFound("坐席没有这件待办。", "The desk has no such question.")
            done = connection.execute(_RESOLVE, {"at": to_ms(at), "actor": actor, "id": report_id})
            if not done.rowcount:
                raise NotAllowedNow("这件待办已由他人处理。", "Somebody has answered this already.")
            self._carry_out(connection, dict(item), actor, resolution, at)
            return self._report(connection, report_id)

        view = await self.database.write(work)
        await self.bus.publish(CASE_CHANGED, {"count": "1"})
        return view

    def _carry_out(
        self, connection: Connection, item: Mapping[str, Any], actor: str, resolution: Resolution, at: datetime
    ) -> None:
        found = orjson.loads(item["found"])
        ledger = Ledger(connection, self.database.serials)
        number = resolution.case_number
        match resolution.decision:
            case "open":
                number = self.casework.open(ledger, self._new_case(item, found, actor, resolution), at)
            case "attach":
                number = self._attach(ledger, item, found, (actor, resolution), at)
            case "answer":
                number = None
        ledger.flush()
        _settle_outcome(connection, item["report_id"], number, (actor, resolution))

    def _attach(
        self,
        ledger: Ledger,
        item: Mapping[str, Any],
        found: Mapping[str, Any],
        by: tuple[str, Resolution],
        at: datetime,
    ) -> str:
        """Join the chosen case, or the one that took it in meanwhile; its number."""
        actor, resolution = by
        if resolution.case_number is None:
            raise Invalid("请选择要并入的案卷。", "Choose the case to attach to.")
        payload = {"report_id": item["report_id"], "reasons": ["坐席判断为同一问题"], "note": resolution.note}
        number = standing(ledger.connection, resolution.case_number)
        draft = EventDraft(number, "report_attached", to_ms(at), actor, payload)
        self.casework.attach(ledger, number, _member(item, found), draft)
        return number

    def _new_case(
        self, item: Mapping[str, Any], found: Mapping[str, Any], actor: str, resolution: Resolution
    ) -> NewCase:
        return NewCase(
            member=_member(item, found),
            text=found["text"],
            location=chosen_location(resolution, found["places"], self.geocoder),
            guess=chosen_guess(resolution, found["readings"], self.pack.catalogue),
            urgency=Urgency(found["urgency"]),
            alternatives=(),
            actor=actor,
            reasons=("坐席立案", resolution.note) if resolution.note else ("坐席立案",),
        )

    def _report(self, connection: Connection, report_id: str) -> ReportView:
        query = REPORT_WITH_OUTCOME.where(DESK_ITEM.c.report_id == report_id).join(
            DESK_ITEM, DESK_ITEM.c.report_id == OUTCOME.c.report_id
        )
        return report_view(dict(connection.execute(query).mappings().one()), self.sealer)


def _member(item: Mapping[str, Any], found: Mapping[str, Any]) -> Member:
    return Member(item["report_id"], found["fingerprint"], " ".join(found.get("looks", ())) or None)


def _settle_outcome(connection: Connection, report_id: str, number: str | None, by: tuple[str, Resolution]) -> None:
    """The outcome stays one row; the desk's step is appended to its trace."""
    actor, resolution = by
    trace = connection.execute(select(OUTCOME.c.trace).where(OUTCOME.c.report_id == report_id)).scalar_one()
    reasons = [f"由{actor}决定", *([resolution.note] if resolution.note else [])]
    found = f"{resolution.decision} {number}" if number else resolution.decision
    steps = [*orjson.loads(trace), {"step": "desk", "found": found, "reasons": reasons}]
    values = {"kind": resolution.decision, "case_number": number, "trace": canonical(steps)}
    connection.execute(update(OUTCOME).where(OUTCOME.c.report_id == report_id).values(**values))
