"""The live feed: rows of the history in the order in which they were announced, as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import func, select

from case_api.store.case_views import event_view
from case_api.store.database import Database
from case_api.store.tables import CASE_EVENT, OUTBOX
from case_api.views import EventView
from intake.http.sse import StreamEvent
from intake.ports import Bus
from intake.topics import CASE_EVENT as CASE_EVENT_TOPIC

_SWEEP_SECONDS = 1.0
_BATCH = 200
_EVENTS = select(CASE_EVENT, OUTBOX.c.position).join(
    OUTBOX, (OUTBOX.c.case_number == CASE_EVENT.c.case_number) & (OUTBOX.c.n == CASE_EVENT.c.n)
)


@dataclass(frozen=True, slots=True)
class CaseFeed:
    """Implements `intake.http.sse.EventSource`. The bus wakes it; a sweep finds what the bus lost."""

    database: Database
    bus: Bus

    async def last(self) -> int:
        """The position of the newest event; 0 when there is none."""
        query = select(func.max(OUTBOX.c.position))
        return await self.database.read(lambda connection: connection.execute(query).scalar() or 0)

    async def read_after(self, position: int) -> Sequence[tuple[int, EventView]]:
        """Announced events beyond a position, each with its own, oldest first, at most 200."""
        query = _EVENTS.where(OUTBOX.c.position > position).order_by(OUTBOX.c.position).limit(_BATCH)
        return await self.database.read(
            lambda connection: [
                (row["position"], event_view(dict(row))) for row in connection.execute(query).mappings()
            ],
        )

    async def after(self, last_id: int) -> AsyncIterator[Sequence[StreamEvent]]:
        """Events beyond the position `last_id`, then new ones as they come; -1 starts with what comes next."""
        position = last_id if last_id >= 0 else await self.last()
        async with self.bus.subscribe(CASE_EVENT_TOPIC, f"feed-{uuid4().hex}") as deliveries:
            while True:
                events = await self.read_after(position)
                if events:
                    position = events[-1][0]
                    yield [StreamEvent(place, "case", view.model_dump(mode="json")) for place, view in events]
                    continue
                try:
                    await asyncio.wait_for(anext(deliveries), _SWEEP_SECONDS)
                except TimeoutError:
                    continue
