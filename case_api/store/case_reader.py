"""Cases as they stand, for the queue, the case view and the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, text

from case_api.services import CaseFilter
from case_api.store.case_views import CaseViews, event_view
from case_api.store.database import Database
from case_api.store.plane import Plane
from case_api.store.tables import CASE, CASE_COUNT, CASE_EVENT
from case_api.views import CaseDetailView, CasePage, CaseView, CountView, EventView
from intake.errors import NotFound
from intake.http.paging import decode_cursor, encode_cursor

_OPEN = text("open")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class SqlCaseReader:
    """Implements `case_api.services.CaseReader`. `street_name` answers the name of a nine-digit code."""

    database: Database
    views: CaseViews
    plane: Plane
    street_name: Callable[[str], str]

    async def page(self, where: CaseFilter, cursor: str | None, limit: int) -> CasePage:
        """Open cases by due time, then number. Raises Invalid for a cursor that is not ours."""
        query = select(CASE).where(_OPEN, *_conditions(where)).order_by(CASE.c.due_ms, CASE.c.number)
        if cursor is not None:
            due_ms, number = decode_cursor(cursor, (int, str))
            query = query.where(
                CASE.c.due_ms >= due_ms,
                or_(CASE.c.due_ms > due_ms, and_(CASE.c.due_ms == due_ms, CASE.c.number > number)),
            )
        views = await self._views(query.limit(limit + 1))
        items = views[:limit]
        more = len(views) > limit
        last = items[-1] if more else None
        return CasePage(
            items=items,
            next_cursor=encode_cursor(round(last.due_at.timestamp() * 1000), last.number) if last else None,
        )

    async def one(self, number: str) -> CaseDetailView:
        """One case with its reasons. Raises NotFound."""
        query = select(CASE).where(CASE.c.number == number)

        def work(connection: Connection) -> CaseDetailView | None:
            row = connection.execute(query).mappings().first()
            return None if row is None else self.views.detail(connection, dict(row))

        found = await self.database.read(work)
        if found is None:
            raise _unknown(number)
        return found

    async def history(self, number: str) -> Sequence[EventView]:
        """All events of a case, oldest first. Raises NotFound."""
        query = select(CASE_EVENT).where(CASE_EVENT.c.case_number == number).order_by(CASE_EVENT.c.n)
        events = await self.database.read(
            lambda connection: [event_view(dict(row)) for row in connection.execute(query).mappings()],
        )
        if not events:
            raise _unknown(number)
        return events

    async def counts(self) -> Sequence[CountView]:
        """Open cases by town, group and state."""
        query = select(CASE_COUNT).where(CASE_COUNT.c.n > 0).order_by(CASE_COUNT.c.street9, CASE_COUNT.c.group_key)
        rows = await self.database.read(lambda connection: connection.execute(query).mappings().all())
        return [
            CountView(
                street9=row["street9"],
                street_name=self.street_name(row["street9"]),
                group=row["group_key"],
                state=row["state"],
                count=row["n"],
            )
            for row in rows
        ]

    async def in_box(self, west: float, south: float, east: float, north: float, limit: int) -> Sequence[CaseView]:
        """Open cases in a view box of degrees CGCS2000, the most pressing first."""
        box = (CASE.c.lon.between(west, east), CASE.c.lat.between(south, north))
        return await self._views(select(CASE).where(_OPEN, *box).order_by(CASE.c.due_ms).limit(limit))

    async def _views(self, query: Select[tuple[object, ...]]) -> list[CaseView]:
        def work(connection: Connection) -> list[CaseView]:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            return self.views.many(connection, rows)

        return await self.database.read(work)


def _conditions(where: CaseFilter) -> list[ColumnElement[bool]]:
    equal = {
        CASE.c.state: where.state,
        CASE.c.street9: where.street,
        CASE.c.group_key: where.group,
        CASE.c.unit_code: where.unit,
        CASE.c.urgency: where.urgency,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if where.q:
        conditions.append(
            or_(
                CASE.c.number == where.q,
                CASE.c.text.contains(where.q, autoescape=True),
                CASE.c.address.contains(where.q, autoescape=True),
            ),
        )
    return conditions


def _unknown(number: str) -> NotFound:
    return NotFound(f"没有编号为{number}的案卷。", f"There is no case {number}.")
