"""The outbox: events are announced on the bus after their transaction, at least once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from case_api.store.database import Database
from intake.ports import Bus
from intake.topics import CASE_EVENT

_PENDING = text(
    "SELECT o.id, o.case_number, o.n, e.kind FROM outbox o "
    "JOIN case_event e ON e.case_number = o.case_number AND e.n = o.n ORDER BY o.id LIMIT :limit",
)
_DONE = text("DELETE FROM outbox WHERE id = :id")
_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Outbox:
    """Moves events from the outbox to the bus."""

    database: Database
    bus: Bus

    async def relay(self) -> int:
        """Announce what waits, at most 200; how many events that were. Raises Temporary."""
        rows = await self.database.read(_pending)
        for _, number, n, kind in rows:
            await self.bus.publish(CASE_EVENT, {"case_number": number, "n": str(n), "kind": kind})
        if rows:
            keys = [{"id": row_id} for row_id, *_ in rows]
            await self.database.write(lambda connection: connection.execute(_DONE, keys).rowcount)
        return len(rows)


def _pending(connection: Connection) -> list[tuple[int, str, int, str]]:
    rows = connection.execute(_PENDING, {"limit": _LIMIT})
    return [(row.id, row.case_number, row.n, row.kind) for row in rows]
