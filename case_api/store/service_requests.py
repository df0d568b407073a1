"""Reports as the outside asks after them: by number, or by the time they came, always along an index.

The ids of reports begin with the millisecond they were made in, so a stretch of time is a range of the primary key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, and_, not_, or_, select

from case_api.casepack import CasePack
from case_api.store.database import Database
from case_api.store.moments import from_ms
from case_api.store.report_codec import evidence_of, point_of
from case_api.store.states import CITIZEN_STAGES
from case_api.store.tables import CASE, CASE_EVENT, OUTCOME, REPORT
from case_api.store.tracking import EVENT_TITLES
from intake.ids import report_ids_at
from intake.model import (
    EvidenceKind,
    RequestCategory,
    RequestFilter,
    RequestPlace,
    RequestStep,
    RequestTold,
    RequestUnit,
    ServiceRequest,
)
from intake.model.contact import mask_numbers

_REQUEST = (
    select(
        REPORT.c.id,
        REPORT.c.tracking_number,
        REPORT.c.channel,
        REPORT.c.external_id,
        REPORT.c.confidential,
        REPORT.c.received_ms,
        REPORT.c.text,
        REPORT.c.place_words,
        REPORT.c.lon,
        REPORT.c.lat,
        REPORT.c.datum,
        REPORT.c.accuracy_metres,
        REPORT.c.answers,
        REPORT.c.evidence,
        OUTCOME.c.kind.label("outcome"),
        OUTCOME.c.at_ms.label("outcome_ms"),
        CASE.c.number.label("case_number"),
        CASE.c.state,
        CASE.c.open.label("case_open"),
        CASE.c.standard,
        CASE.c.category_key,
        CASE.c.address,
        CASE.c.cell,
        CASE.c.lon.label("case_lon"),
        CASE.c.lat.label("case_lat"),
        CASE.c.unit_code,
        CASE.c.due_ms,
        CASE.c.changed_ms,
    )
    .join(OUTCOME, OUTCOME.c.report_id == REPORT.c.id, isouter=True)
    .join(CASE, CASE.c.number == OUTCOME.c.case_number, isouter=True)
    .order_by(REPORT.c.id.desc())
)
_STAGE_OF_OUTCOME = {None: "received", "ask": "asking", "answer": "answered"}
_TITLES = {
    **EVENT_TITLES,
    "chased_up": ("已登记催办", "A reminder was registered"),
    "report_attached": ("已并入案卷", "Joined a known case"),
}
_RECEIVED = ("已收到您的诉求", "The request was received")
_ANSWERED = ("不立案，由坐席答复", "Not a case; an operator will answer")


@dataclass(frozen=True, slots=True)
class SqlServiceRequests:
    """Implements `intake.channels.open311.ServiceRequestReader`."""

    database: Database
    pack: CasePack

    async def within(self, where: RequestFilter) -> Sequence[ServiceRequest]:
        """Requests of a stretch of time, the newest first. Raises Temporary."""
        return await self._requests(within_query(where))

    async def by_numbers(self, numbers: Sequence[str]) -> Sequence[ServiceRequest]:
        """The requests with these tracking numbers, the newest first. Raises Temporary."""
        return await self._requests(_REQUEST.where(REPORT.c.tracking_number.in_(sorted(set(numbers)))))

    async def by_report(self, report_id: str) -> ServiceRequest | None:
        """The request of a report. Raises Temporary."""
        found = await self._requests(_REQUEST.where(REPORT.c.id == report_id))
        return found[0] if found else None

    async def steps(self, number: str) -> Sequence[RequestStep]:
        """What happened to a request, oldest first. Raises Temporary."""

        def work(connection: Connection) -> list[RequestStep]:
            row = connection.execute(_REQUEST.where(REPORT.c.tracking_number == number)).mappings().first()
            return [] if row is None else _steps(connection, dict(row))

        return await self.database.read(work)

    async def _requests(self, query: Select[Any]) -> list[ServiceRequest]:
        rows = await self.database.read(
            lambda connection: [dict(row) for row in connection.execute(query).mappings()],
        )
        return [self._request(row) for row in rows]

    def _request(self, row: Mapping[str, Any]) -> ServiceRequest:
        has_case = row["case_number"] is not None
        stage = row["state"] if has_case else _STAGE_OF_OUTCOME.get(row["outcome"], "received")
        name, name_en = CITIZEN_STAGES.get(stage, (stage, stage))
        changed = row["changed_ms"] if has_case else row["outcome_ms"]
        return ServiceRequest(
            report_id=row["id"],
            number=row["tracking_number"],
            channel=row["channel"],
            external_id=row["external_id"],
            confidential=bool(row["confidential"]),
            received_at=from_ms(row["received_ms"]),
            changed_at=from_ms(max(changed or 0, row["received_ms"])),
            open=bool(row["case_open"]) if has_case else row["outcome"] != "answer",
            stage=stage,
            stage_name=name,
            stage_name_en=name_en,
            told=_told(row),
            case_number=row["case_number"],
            category=self._category(row) if has_case else None,
            place=_place(row) if has_case else None,
            unit=self._unit(row) if has_case else None,
        )

    def _category(self, row: Mapping[str, Any]) -> RequestCategory:
        category = self.pack.catalogue.entry(row["category_key"], row["standard"]).category
        return RequestCategory(category.key, category.name, category.name_en)

    def _unit(self, row: Mapping[str, Any]) -> RequestUnit:
        unit = self.pack.units.find(row["unit_code"])
        name = unit.name if unit else row["unit_code"]
        return RequestUnit(name, unit.name_en if unit else "", from_ms(row["due_ms"]))


def within_query(where: RequestFilter) -> Select[Any]:
    """The query of a filter, newest first; it walks the primary key backwards and stops at the limit."""
    query = _REQUEST.where(
        REPORT.c.id >= report_ids_at(where.since)[0],
        REPORT.c.id <= report_ids_at(where.until)[1],
        REPORT.c.confidential.is_(False),
        not_(_told_as('"update_of":')),
    )
    if where.open is not None:
        closed = or_(OUTCOME.c.kind == "answer", CASE.c.open.is_(False))
        still_open = and_(
            or_(OUTCOME.c.kind.is_(None), OUTCOME.c.kind != "answer"), or_(CASE.c.open.is_(None), CASE.c.open.is_(True))
        )
        query = query.where(still_open if where.open else closed)
    if where.categories:
        query = query.where(or_(*(_of_category(key) for key in sorted(where.categories, key=str))))
    return query.limit(where.limit)


def _of_category(key: str | None) -> ColumnElement[bool]:
    """Filed under it, or, as long as there is no case, told as it."""
    if key is None:
        return and_(CASE.c.number.is_(None), not_(_told_as('"category":')))
    told = _told_as(f'"category":{orjson.dumps(key).decode()}')
    return or_(CASE.c.category_key == key, and_(CASE.c.number.is_(None), told))


def _told_as(words: str) -> ColumnElement[bool]:
    """The answers hold these words of canonical JSON."""
    return REPORT.c.answers.contains(words, autoescape=True)


def _told(row: Mapping[str, Any]) -> RequestTold:
    photos = [one.sha256 for one in evidence_of(row["evidence"]) if one.kind is EvidenceKind.PHOTO]
    return RequestTold(
        text=mask_numbers(row["text"]),
        place_words=mask_numbers(row["place_words"]) if row["place_words"] else None,
        point=point_of(row),
        category_key=orjson.loads(row["answers"]).get("category"),
        photos=tuple(photos),
    )


def _place(row: Mapping[str, Any]) -> RequestPlace:
    return RequestPlace(row["address"], row["case_lon"], row["case_lat"], row["cell"])


def _steps(connection: Connection, row: Mapping[str, Any]) -> list[RequestStep]:
    steps = [RequestStep(from_ms(row["received_ms"]), "received", *_RECEIVED)]
    if row["case_number"] is None:
        if row["outcome"] == "answer":
            steps.append(RequestStep(from_ms(row["outcome_ms"]), "answered", *_ANSWERED, open=False))
        return steps
    query = select(CASE_EVENT.c.kind, CASE_EVENT.c.at_ms, CASE_EVENT.c.payload).where(
        CASE_EVENT.c.case_number == row["case_number"]
    )
    events = connection.execute(query.order_by(CASE_EVENT.c.n)).all()
    shown = [one for one in events if one.kind in _TITLES and _concerns(row["id"], one.kind, one.payload)]
    steps += [RequestStep(from_ms(one.at_ms), one.kind, *_TITLES[one.kind]) for one in shown]
    return steps


def _concerns(report_id: str, kind: str, payload: str) -> bool:
    """That another report joined the case is nobody else's business."""
    return kind != "report_attached" or bool(orjson.loads(payload).get("report_id") == report_id)
