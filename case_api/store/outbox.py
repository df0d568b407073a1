"""The outbox: events are announced after their transaction, and get their place in the feed as they are.

One announcer at a time gives the positions, so that whoever reads the feed beyond a position misses nothing. The bus
only says that there is something new: a wake-up that is lost costs time.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from case_api.store.alone import try_alone
from case_api.store.database import Database
from case_api.store.prepared import Prepared
from intake.ports import Bus
from intake.topics import CASE_EVENT

_ANYTHING_PENDING = text("SELECT 1 FROM outbox WHERE position IS NULL LIMIT 1")
_PENDING = text("SELECT id FROM outbox WHERE position IS NULL ORDER BY id LIMIT :limit")
_LAST = text("SELECT coalesce(max(position), 0) FROM outbox")
_PLACE = Prepared(
    text("UPDATE outbox SET position = :position WHERE id = :id"),
    together=text(
        "UPDATE outbox SET position = placed.position "
        "FROM json_populate_recordset(NULL::outbox, CAST(:rows AS JSON)) AS placed WHERE outbox.id = placed.id",
    ),
)
_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Outbox:
    """Moves events from the outbox to the feed."""

    database: Database
    bus: Bus

    async def relay(self) -> int:
        """Announce what waits, at most 200; how many events that were. Raises Temporary."""
        if not await self.database.read(_anything_pending):
            return 0
        count, position = await self.database.write(_place)
        if count:
            await self.bus.publish(CASE_EVENT, {"position": str(position)})
        return count


def _anything_pending(connection: Connection) -> bool:
    return connection.execute(_ANYTHING_PENDING).first() is not None


def _place(connection: Connection) -> tuple[int, int]:
    """Give positions; how many, and the last one. None when somebody else is giving them."""
    if not try_alone(connection, "outbox"):
        return 0, 0
    ids = connection.execute(_PENDING, {"limit": _LIMIT}).scalars().all()
    last = int(connection.execute(_LAST).scalar_one())
    placed = [{"id": row_id, "position": last + place} for place, row_id in enumerate(ids, 1)]
    _PLACE.many(connection, placed)
    return len(placed), last + len(placed)
