"""Hot spots: many reports on one place within minutes raise one alarm, which ends by itself.

A sweep reads the feed of events behind everybody's back, so that the intake pays nothing; what it counts is in memory
and is read again from the feed after a restart, the alarms are rows. Cases' events tell of the beginning and the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from case_api.store.alone import try_alone
from case_api.store.bursts import Burst, Bursts, HotSpotRules, Sighting
from case_api.store.chain import EventDraft
from case_api.store.database import Database
from case_api.store.ledger import Ledger
from case_api.store.merge_tables import HOT_SPOT
from case_api.store.moments import from_ms, to_ms
from case_api.store.tables import OUTBOX
from case_api.views import HotSpotView
from intake.ports import Bus, Clock
from intake.topics import CASE_CHANGED

_ACTOR = "hub"
_ACTIVE = HOT_SPOT.c.ended_ms.is_(None)
_LIMIT = 2000
# When the intake runs ahead of the sweep, the oldest are passed over: the newest tell where it burns now.
_BEHIND = 20_000
_SIGHTINGS = text(
    "SELECT o.position, e.case_number, e.at_ms, c.x_metres, c.y_metres, c.address FROM outbox o "
    "JOIN case_event e ON e.case_number = o.case_number AND e.n = o.n JOIN case_file c ON c.number = e.case_number "
    "WHERE o.position > :after AND o.position <= :until "
    "AND e.kind IN ('opened', 'report_attached', 'chased_up') ORDER BY o.position",
)


@dataclass(slots=True)
class SqlHotSpots:
    """Implements `case_api.services.HotSpots`, and sweeps."""

    database: Database
    clock: Clock
    bus: Bus
    rules: HotSpotRules = field(default_factory=HotSpotRules)
    _bursts: Bursts | None = None
    _position: int = 0

    async def active(self) -> Sequence[HotSpotView]:
        """The alarms that go on, the newest first. Raises Temporary."""
        query = select(HOT_SPOT).where(_ACTIVE).order_by(HOT_SPOT.c.id.desc())
        return await self.database.read(
            lambda connection: [_view(dict(row)) for row in connection.execute(query).mappings()]
        )

    async def sweep(self) -> int:
        """Read on in the feed, raise and end alarms; how many events were new, 0 at the end. Raises Temporary."""
        now_ms = to_ms(self.clock.now())
        seen, standing = await self.database.read(self._look)
        bursts = self._bursts if self._bursts is not None else Bursts(self.rules)
        self._bursts = bursts
        for one in seen:
            bursts.add(one)
        bursts.forget(now_ms)
        fresh = bursts.found([(row["x_metres"], row["y_metres"]) for row in standing])
        if fresh or any(self._changed(bursts, row, now_ms) for row in standing):
            changed = await self.database.write(lambda connection: self._write(connection, bursts, now_ms))
            if changed:
                await self.bus.publish(CASE_CHANGED, {"count": str(changed)})
        bursts.settle()
        return len(seen)

    def _look(self, connection: Connection) -> tuple[list[Sighting], list[Mapping[str, Any]]]:
        last = int(connection.execute(select(func.coalesce(func.max(OUTBOX.c.position), 0))).scalar_one())
        after = max(self._position, last - _BEHIND)
        until = min(last, after + _LIMIT)
        rows = connection.execute(_SIGHTINGS, {"after": after, "until": until})
        seen = [Sighting(row.case_number, row.at_ms, row.x_metres, row.y_metres, row.address) for row in rows]
        self._position = until
        return seen, [dict(row) for row in connection.execute(select(HOT_SPOT).where(_ACTIVE)).mappings()]

    def _changed(self, bursts: Bursts, row: Mapping[str, Any], now_ms: int) -> bool:
        around = bursts.around(row["x_metres"], row["y_metres"])
        return around.reports > row["reports"] or around.last_ms > row["last_ms"] or self._over(row, around, now_ms)

    def _over(self, row: Mapping[str, Any], around: Burst, now_ms: int) -> bool:
        return bool(now_ms - max(row["last_ms"], around.last_ms) >= self.rules.minutes * 60_000)

    def _write(self, connection: Connection, bursts: Bursts, now_ms: int) -> int:
        """Alarms as rows and events; how many began or ended. One process writes, the others look on."""
        if not try_alone(connection, "hot spots"):
            return 0
        standing = [dict(row) for row in connection.execute(select(HOT_SPOT).where(_ACTIVE)).mappings()]
        ledger = Ledger(connection, None)
        changed = 0
        for row in standing:
            around = bursts.around(row["x_metres"], row["y_metres"])
            over = self._over(row, around, now_ms)
            values = {
                "reports": max(row["reports"], around.reports),
                "cases": max(row["cases"], len(around.cases)),
                "last_ms": max(row["last_ms"], around.last_ms),
                "ended_ms": now_ms if over else None,
            }
            connection.execute(update(HOT_SPOT).where(HOT_SPOT.c.id == row["id"]).values(**values))
            if over:
                changed += 1
                told = {"reports": values["reports"], "cases": values["cases"], "address": row["address"]}
                ledger.record(EventDraft(row["case_number"], "hot_spot_ended", now_ms, _ACTOR, told))
        for burst in bursts.found([(row["x_metres"], row["y_metres"]) for row in standing]):
            changed += 1
            self._raise(ledger, burst, now_ms)
        ledger.flush()
        return changed

    def _raise(self, ledger: Ledger, burst: Burst, now_ms: int) -> None:
        row = {
            "case_number": burst.case_number,
            "x_metres": burst.x_metres,
            "y_metres": burst.y_metres,
            "address": burst.address,
            "reports": burst.reports,
            "cases": len(burst.cases),
            "began_ms": burst.first_ms,
            "last_ms": burst.last_ms,
        }
        ledger.connection.execute(insert(HOT_SPOT).values(**row))
        minutes = max(1, round((burst.last_ms - burst.first_ms) / 60_000))
        told = {
            "reports": burst.reports,
            "cases": len(burst.cases),
            "address": burst.address,
            "reasons": [
                f"{minutes}分钟内{burst.reports}件诉求，{self.rules.metres:.0f}米范围内{len(burst.cases)}件案卷"
            ],
        }
        ledger.record(EventDraft(burst.case_number, "hot_spot", now_ms, _ACTOR, told))


def _view(row: Mapping[str, Any]) -> HotSpotView:
    return HotSpotView(
        id=row["id"],
        case_number=row["case_number"],
        address=row["address"],
        reports=row["reports"],
        cases=row["cases"],
        began_at=from_ms(row["began_ms"]),
        last_at=from_ms(row["last_ms"]),
    )
