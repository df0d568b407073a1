"""The live feed: rows of the history in the order of their numbers, as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import func, select

from case_api.store.case_views import event_view
from case_api.store.database import Database
from case_api.store.tables import CASE_EVENT
from case_api.views import EventView
from intake.http.sse import StreamEvent
from intake.ports import Bus
from intake.topics import CASE_EVENT as CASE_EVENT_TOPIC

_SWEEP_SECONDS = 1.0
_BATCH = 200


@dataclass(frozen=True, slots=True)
class CaseFeed:
    """Implements `intake.http.sse.EventSource`. The bus wakes it; a sweep finds what the bus lost."""

    database: Database
    bus: Bus

    async def last(self) -> int:
        """The number of the newest event; 0 when there is none."""
        query = select(func.max(CASE_EVENT.c.seq))
        return await self.database.read(lambda connection: connection.execute(query).scalar() or 0)

    async def read_after(self, seq: int) -> Sequence[EventView]:
        """Stored events with a higher number, oldest first, at most 200."""
        query = select(CASE_EVENT).where(CASE_EVENT.c.seq > seq).order_by(CASE_EVENT.c.seq).limit(_BATCH)
        return await self.database.read(
            lambda connection: [event_view(dict(row)) for row in connection.execute(query).mappings()],
        )

    async def after(self, last_id: int) -> AsyncIterator[Sequence[StreamEvent]]:
        """Events beyond `last_id`, then new ones as they come; -1 starts with what comes next."""
        seq = last_id if last_id >= 0 else await self.last()
        async with self.bus.subscribe(CASE_EVENT_TOPIC, f"feed-{uuid4().hex}") as deliveries:
            while True:
                events = await self.read_after(seq)
                if events:
                    seq = events[-1].seq
                    yield [StreamEvent(one.seq, "case", one.model_dump(mode="json")) for one in events]
                    continue
                try:
                    await asyncio.wait_for(anext(deliveries), _SWEEP_SECONDS)
                except TimeoutError:
                    continue
