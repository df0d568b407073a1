"""Reports and what became of them, for staff and for the citizen who reported."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Select, select

from case_api.store.case_views import CaseViews
from case_api.store.database import Database
from case_api.store.moments import from_ms
from case_api.store.report_codec import contact_of, evidence_of, point_of
from case_api.store.sealing import Sealer
from case_api.store.tables import CASE, CASE_EVENT, OUTCOME, PARKED, REPORT
from case_api.store.tracking import tracking_view
from case_api.views import EvidenceView, PointView, ReportPage, ReportView, TraceView, TrackingView
from intake.errors import Invalid, NotFound, Permanent
from intake.http.paging import decode_cursor, encode_cursor
from intake.model import Contact
from intake.model.contact import mask_numbers

_STATUSES = ("waiting", "parked", "settled")
REPORT_WITH_OUTCOME = (
    select(REPORT, OUTCOME.c.kind.label("outcome"), OUTCOME.c.case_number, PARKED.c.reason.label("parked_reason"))
    .join(OUTCOME, OUTCOME.c.report_id == REPORT.c.id, isouter=True)
    .join(PARKED, PARKED.c.report_id == REPORT.c.id, isouter=True)
)


@dataclass(frozen=True, slots=True)
class SqlReportReader:
    """Implements `case_api.services.ReportReader`."""

    database: Database
    sealer: Sealer
    views: CaseViews

    async def page(self, status: str | None, cursor: str | None, limit: int) -> ReportPage:
        """Reports, newest first. Raises Invalid for an unknown status or a cursor that is not ours."""
        query = _with_status(REPORT_WITH_OUTCOME, status).order_by(REPORT.c.id.desc()).limit(limit + 1)
        if cursor is not None:
            (before,) = decode_cursor(cursor, (str,))
            query = query.where(REPORT.c.id < before)
        rows = await self.database.read(
            lambda connection: [dict(row) for row in connection.execute(query).mappings()],
        )
        items = [report_view(row, self.sealer) for row in rows[:limit]]
        return ReportPage(items=items, next_cursor=encode_cursor(items[-1].id) if len(rows) > limit else None)

    async def one(self, report_id: str) -> ReportView:
        """One report. Raises NotFound."""
        return report_view(await self._row(report_id), self.sealer)

    async def trace(self, report_id: str) -> TraceView:
        """Why it became what it became; no steps while it waits. Raises NotFound."""
        row = await self._row(report_id)
        query = select(OUTCOME.c.trace).where(OUTCOME.c.report_id == report_id)
        trace = await self.database.read(lambda connection: connection.execute(query).scalar_one_or_none())
        return TraceView(
            report_id=report_id,
            outcome=row["outcome"],
            case_number=row["case_number"],
            steps=orjson.loads(trace) if trace else [],
        )

    async def tracking(self, tracking_number: str, secret: str) -> TrackingView:
        """What the reporter may see. Raises NotFound, alike for an unknown number and for a wrong secret."""
        query = REPORT_WITH_OUTCOME.where(REPORT.c.tracking_number == tracking_number)

        def work(connection: Connection) -> TrackingView | None:
            row = connection.execute(query).mappings().first()
            if row is None or not self._knows(row["id"], secret):
                return None
            case, events = _case_and_events(connection, row["case_number"])
            view = self.views.one(case, []) if case else None
            return tracking_view(dict(row), view, events)

        found = await self.database.read(work)
        if found is None:
            raise NotFound("查询号或查询码不正确。", "The tracking number or the secret is not right.")
        return found

    def _knows(self, report_id: str, secret: str) -> bool:
        expected = self.sealer.tracking_secret(report_id)
        return hmac.compare_digest(expected.encode(), secret.strip().lower().encode("utf-8", "replace"))

    async def _row(self, report_id: str) -> Mapping[str, Any]:
        query = REPORT_WITH_OUTCOME.where(REPORT.c.id == report_id)
        row = await self.database.read(lambda connection: connection.execute(query).mappings().first())
        if row is None:
            raise NotFound("没有这件诉求。", "There is no such report.")
        return dict(row)


def report_view(row: Mapping[str, Any], sealer: Sealer) -> ReportView:
    """A report as staff sees it: the number masked; a confidential reporter without a name.

    One whose seal cannot be opened is shown without its number and says so: it must not take a whole list with it.
    """
    contact, unreadable = _contact(row, sealer)
    point = point_of(row)
    return ReportView(
        id=row["id"],
        tracking_number=row["tracking_number"],
        channel=row["channel"],
        external_id=row["external_id"],
        received_at=from_ms(row["received_ms"]),
        text=mask_numbers(row["text"]),
        contact_masked=contact.masked,
        confidential=contact.confidential,
        place_words=mask_numbers(row["place_words"]) if row["place_words"] else None,
        point=None
        if point is None
        else PointView(lon=point.lon, lat=point.lat, datum=str(point.datum), accuracy_metres=point.accuracy_metres),
        evidence=[
            EvidenceView(
                kind=str(one.kind),
                uri=one.uri,
                sha256=one.sha256,
                media_type=one.media_type,
                size_bytes=one.size_bytes,
            )
            for one in evidence_of(row["evidence"])
        ],
        complete=bool(row["complete"]),
        status=_status(row),
        outcome=row["outcome"],
        case_number=row["case_number"],
        parked_reason=row["parked_reason"],
        unreadable=unreadable,
    )


def _contact(row: Mapping[str, Any], sealer: Sealer) -> tuple[Contact, str | None]:
    try:
        return contact_of(row, sealer), None
    except Permanent as error:
        return Contact(confidential=bool(row["confidential"])), f"联系方式无法打开：{error.zh}"


def _status(row: Mapping[str, Any]) -> str:
    if row["outcome"] is not None:
        return "settled"
    return "parked" if row["parked_reason"] is not None else "waiting"


def _with_status(query: Select[Any], status: str | None) -> Select[Any]:
    match status:
        case None:
            return query
        case "settled":
            return query.where(OUTCOME.c.kind.is_not(None))
        case "parked":
            return query.where(PARKED.c.reason.is_not(None))
        case "waiting":
            return query.where(OUTCOME.c.kind.is_(None), PARKED.c.reason.is_(None))
    raise Invalid(f"状态只能是{'、'.join(_STATUSES)}。", f"status is one of {', '.join(_STATUSES)}.")


def _case_and_events(
    connection: Connection, number: str | None
) -> tuple[Mapping[str, Any] | None, Sequence[Mapping[str, Any]]]:
    if number is None:
        return None, ()
    case = connection.execute(select(CASE).where(CASE.c.number == number)).mappings().one()
    query = select(CASE_EVENT).where(CASE_EVENT.c.case_number == number).order_by(CASE_EVENT.c.n)
    return dict(case), [dict(row) for row in connection.execute(query).mappings()]
