"""Messages to send, on SQL: leased, tried, and written down as the gateway and the network answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from case_api.store.alone import has_locks
from case_api.store.database import Database
from case_api.store.grouping import GroupCommit
from case_api.store.moments import from_ms, to_ms
from case_api.store.sealing import Sealer
from case_api.store.sms_rows import outbound_of
from case_api.store.sms_tables import SMS_OUTBOUND
from intake.errors import Permanent
from intake.model.sms import Delivery, DueSms, QueueFigures, Sent
from intake.ports import Clock

_LOG = logging.getLogger(__name__)
_DUE = "state = 'queued' AND due_ms <= :now AND lease_until_ms <= :now"
_LEASE = (
    "UPDATE sms_outbound SET lease_until_ms = :until, attempts = attempts + 1 WHERE id IN ("  # noqa: S608 - constants
    f"SELECT id FROM sms_outbound WHERE {_DUE} ORDER BY due_ms, id LIMIT :limit{{0}}"
    ") RETURNING id, attempts"
)
# Writers side by side pass over what another is just claiming.
_CLAIMS = {True: text(_LEASE.format(" FOR UPDATE SKIP LOCKED")), False: text(_LEASE.format(""))}
_ANYTHING_DUE = text(f"SELECT 1 FROM sms_outbound WHERE {_DUE} LIMIT 1")  # noqa: S608 - constants only
_SELECT = select(SMS_OUTBOUND).where(SMS_OUTBOUND.c.id.in_(bindparam("ids", expanding=True)))
# The network's word may come before our own note that the gateway took the message.
_ACCEPTED = text(
    "UPDATE sms_outbound SET state = 'accepted', fault = NULL, changed_ms = :at WHERE id = :id AND state = 'queued'",
)
_AGAIN = text(
    "UPDATE sms_outbound SET due_ms = :due, lease_until_ms = 0, fault = :fault, changed_ms = :at "
    "WHERE id = :id AND state = 'queued'",
)
_RELEASED = text(
    "UPDATE sms_outbound SET lease_until_ms = 0, attempts = attempts - 1 WHERE id = :id AND state = 'queued'",
)
_FAILED = text(
    "UPDATE sms_outbound SET state = 'failed', fault = :fault, changed_ms = :at WHERE id = :id AND state <> 'failed'",
)
_DELIVERED = text(
    "UPDATE sms_outbound SET state = 'delivered', fault = NULL, changed_ms = :at "
    "WHERE id = :id AND state IN ('queued', 'accepted')",
)
_KNOWN = text("SELECT 1 FROM sms_outbound WHERE id = :id")
# A message that was tried waits since it was made; one that was not, since its turn came.
_FIGURES = text(
    "SELECT count(CASE WHEN due_ms <= :now OR attempts > 0 THEN 1 END) AS due, "
    "count(CASE WHEN due_ms > :now AND attempts = 0 THEN 1 END) AS later, "
    "min(CASE WHEN attempts > 0 THEN created_ms WHEN due_ms <= :now THEN due_ms END) AS oldest, "
    "max(attempts) AS tries FROM sms_outbound WHERE state = 'queued'",
)
_LAST_FAULT = text(
    "SELECT fault FROM sms_outbound WHERE state = 'queued' AND fault IS NOT NULL ORDER BY changed_ms DESC LIMIT 1",
)
_FAILURES = text("SELECT count(*) FROM sms_outbound WHERE state = 'failed' AND created_ms > :since")
_DAY_MS = 86_400_000


class SqlSmsQueue:
    """Implements the SMS channel's `SmsQueue`."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock
        self._settled: GroupCommit[Sent, None] = GroupCommit(database, self._settle)

    async def claim(self, limit: int, lease_seconds: float) -> Sequence[DueSms]:
        """Lease what is due. Nobody writes when nothing is. Raises Temporary."""
        now_ms = to_ms(self._clock.now())
        if not await self._database.read(lambda one: one.execute(_ANYTHING_DUE, {"now": now_ms}).first() is not None):
            return ()
        leased = await self._database.write(
            lambda connection: _claim(connection, {"now": now_ms, "limit": limit}, now_ms + round(lease_seconds * 1000))
        )
        rows = await self._database.read(
            lambda connection: [dict(row) for row in connection.execute(_SELECT, {"ids": list(leased)}).mappings()],
        )
        due = [(row["due_ms"], row["id"], await self._opened(row, leased[row["id"]])) for row in rows]
        return [one for _, _, one in sorted(due, key=lambda three: three[:2]) if one is not None]

    async def settle(self, sent: Sent) -> None:
        """Write how an attempt went. Raises Temporary."""
        await self._settled.add(sent)

    async def delivered(self, sms_id: str, delivery: Delivery) -> bool:
        """Write what the network says. Raises Temporary."""
        values = {"id": sms_id, "at": to_ms(self._clock.now())}

        def work(connection: Connection) -> bool:
            if delivery is Delivery.DELIVERED:
                connection.execute(_DELIVERED, values)
            elif delivery is Delivery.FAILED:
                connection.execute(_FAILED, {**values, "fault": "网络未能送达 / the network could not deliver it"})
            return connection.execute(_KNOWN, {"id": sms_id}).first() is not None

        return await self._database.write(work)

    async def figures(self) -> QueueFigures:
        """How the queue stands. Raises Temporary."""
        now_ms = to_ms(self._clock.now())

        def work(connection: Connection) -> QueueFigures:
            row = connection.execute(_FIGURES, {"now": now_ms}).mappings().one()
            return QueueFigures(
                due=row["due"],
                later=row["later"],
                oldest_due_at=from_ms(row["oldest"]) if row["oldest"] is not None else None,
                tries=row["tries"] or 0,
                fault=connection.execute(_LAST_FAULT).scalar(),
                failed=connection.execute(_FAILURES, {"since": now_ms - _DAY_MS}).scalar_one(),
            )

        return await self._database.read(work)

    async def _opened(self, row: Mapping[str, Any], attempts: int) -> DueSms | None:
        """The message; one whose seal cannot be opened must not hold up the others."""
        try:
            return DueSms(outbound_of(row, self._sealer), attempts)
        except Permanent as error:
            _LOG.exception("message %s cannot be opened; it is set aside", row["id"])
            await self.settle(Sent(row["id"], accepted=False, fault=str(error)))
            return None

    def _settle(self, connection: Connection, batch: Sequence[Sent]) -> Sequence[None]:
        at_ms = to_ms(self._clock.now())
        for sent in batch:
            values = {"id": sent.id, "at": at_ms}
            if sent.accepted:
                connection.execute(_ACCEPTED, values)
            elif sent.again_at is None:
                connection.execute(_FAILED, {**values, "fault": sent.fault})
            elif sent.fault is None:
                connection.execute(_RELEASED, {"id": sent.id})
            else:
                connection.execute(_AGAIN, {**values, "fault": sent.fault, "due": to_ms(sent.again_at)})
        return [None] * len(batch)


def _claim(connection: Connection, where: Mapping[str, int], until_ms: int) -> dict[str, int]:
    claim = _CLAIMS[has_locks(connection)]
    rows = connection.execute(claim, {**where, "until": until_ms})
    return {str(row.id): int(row.attempts) for row in rows}
