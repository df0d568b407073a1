"""The books of the limits, on the database: `intake.limits.LimitLedger` and what staff read and decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, func, select, text
from sqlmodel import SQLModel

from case_api.limit_views import LimitPage, LimitView
from case_api.store.database import Database
from case_api.store.limit_tables import LimitEventRow, LimitPassRow
from case_api.store.moments import from_ms, to_ms
from intake.errors import NotFound
from intake.limits import Counted

_EVENT: Table = SQLModel.metadata.tables[str(LimitEventRow.__tablename__)]
_PASS: Table = SQLModel.metadata.tables[str(LimitPassRow.__tablename__)]
_MOST_SHOWN = 200
# One word for both databases; SQLAlchemy has one construct for each.
_ADD = text(
    "INSERT INTO limit_event (hour_ms, door, kind, who_key, who_shown, count, last_ms) "
    "VALUES (:hour_ms, :door, :kind, :who_key, :who_shown, :count, :last_ms) "
    "ON CONFLICT (hour_ms, door, kind, who_key) DO UPDATE SET count = limit_event.count + excluded.count, "
    "last_ms = CASE WHEN excluded.last_ms > limit_event.last_ms THEN excluded.last_ms ELSE limit_event.last_ms END",
)
_ALLOW = text(
    "INSERT INTO limit_pass (who_key, until_ms, given_ms, given_by) VALUES (:who_key, :until_ms, :given_ms, :given_by) "
    "ON CONFLICT (who_key) DO UPDATE SET until_ms = excluded.until_ms, given_ms = excluded.given_ms, "
    "given_by = excluded.given_by",
)


@dataclass(frozen=True, slots=True)
class SqlLimitLedger:
    """Events by the hour and passes. Every method raises Temporary when the database is away."""

    database: Database

    async def add(self, counts: Sequence[Counted]) -> None:
        """As the port says. Written in the order of their keys, so that two processes cannot block each other."""
        rows = sorted((_row(one) for one in counts), key=lambda row: tuple(map(str, list(row.values())[:4])))
        await self.database.write(lambda connection: _each(connection, rows))

    async def passes(self, now: datetime) -> Mapping[str, datetime]:
        """As the port says."""
        query = select(_PASS.c.who_key, _PASS.c.until_ms).where(_PASS.c.until_ms > to_ms(now))
        rows = await self.database.read(lambda connection: connection.execute(query).all())
        return {key: from_ms(until) for key, until in rows}

    async def forget(self, before: datetime) -> int:
        """As the port says; passes that ended go with them."""
        limit = to_ms(before)

        def work(connection: Connection) -> int:
            connection.execute(delete(_PASS).where(_PASS.c.until_ms < limit))
            return connection.execute(delete(_EVENT).where(_EVENT.c.hour_ms < limit)).rowcount

        return await self.database.write(work)

    async def page(self, now: datetime, hours: int) -> LimitPage:
        """What happened within so many hours, by door, kind and sender, the latest first, at most 200 lines."""
        since, present = to_ms(now - timedelta(hours=hours)), to_ms(now)
        count, last = func.sum(_EVENT.c.count), func.max(_EVENT.c.last_ms)
        same = (_EVENT.c.door, _EVENT.c.kind, _EVENT.c.who_key, _EVENT.c.who_shown)
        first = func.min(_EVENT.c.hour_ms)
        query = (
            select(*same, count, first, last, func.max(_PASS.c.until_ms))
            .join(_PASS, (_PASS.c.who_key == _EVENT.c.who_key) & (_PASS.c.until_ms > present), isouter=True)
            .where(_EVENT.c.last_ms >= since)
            .group_by(*same)
            .order_by(last.desc(), *same)
            .limit(_MOST_SHOWN)
        )
        rows = await self.database.read(lambda connection: connection.execute(query).all())
        items = [
            LimitView(
                door=door,
                kind=kind,
                who_key=key,
                who=shown,
                count=times,
                first_at=from_ms(begun),
                last_at=from_ms(ended),
                passes_until=from_ms(until) if until else None,
            )
            for door, kind, key, shown, times, begun, ended, until in rows
        ]
        return LimitPage(hours=hours, items=items)

    async def allow(self, who_key: str, hours: int, by: str, now: datetime) -> datetime:
        """Let a sender of the books pass uncounted for so many hours; until when. Raises NotFound."""
        until = now + timedelta(hours=hours)
        row = {"who_key": who_key, "until_ms": to_ms(until), "given_ms": to_ms(now), "given_by": by}
        known = select(_EVENT.c.who_key).where(_EVENT.c.who_key == who_key).limit(1)

        def work(connection: Connection) -> None:
            if not who_key or connection.execute(known).first() is None:
                raise NotFound("没有这个来源的记录。", "The books know no such sender.")
            connection.execute(_ALLOW, row)

        await self.database.write(work)
        return until


def _row(one: Counted) -> dict[str, object]:
    mark = one.mark
    return {
        "hour_ms": to_ms(mark.hour),
        "door": mark.door,
        "kind": str(mark.kind),
        "who_key": mark.sender.key,
        "who_shown": mark.sender.shown,
        "count": one.count,
        "last_ms": to_ms(one.last_at),
    }


def _each(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    for row in rows:
        connection.execute(_ADD, row)
