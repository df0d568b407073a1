"""The ReportStore port on SQL: reports are committed, many at a time, before anybody is told that they arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from case_api.store.alone import has_locks
from case_api.store.arrivals import Arrival, ArrivalWriter, waiting_row
from case_api.store.database import Database
from case_api.store.grouping import GroupCommit
from case_api.store.last_places import last_places
from case_api.store.moments import from_ms, to_ms
from case_api.store.report_codec import report_of, report_row
from case_api.store.sealing import Sealer
from case_api.store.tables import CORRECTION, PARKED, REPORT, WAITING
from intake.errors import NotFound, Permanent
from intake.model import Correction, Receipt, Report, WaitingReport
from intake.ports import Clock

_LEASE = (
    "UPDATE waiting SET lease_until_ms = :until, attempts = attempts + 1 WHERE report_id IN ("
    "SELECT report_id FROM waiting WHERE lease_until_ms < :now ORDER BY since_ms, report_id LIMIT :limit{0}"
    ") RETURNING report_id, attempts"
)
# Writers side by side pass over what another is just claiming.
_CLAIMS = {True: text(_LEASE.format(" FOR UPDATE SKIP LOCKED")), False: text(_LEASE.format(""))}
_ANYTHING_WAITS = text("SELECT 1 FROM waiting WHERE lease_until_ms < :now LIMIT 1")
_INSERT_WAITING = insert(WAITING)
_SELECT_REPORTS = select(REPORT).where(REPORT.c.id.in_(bindparam("ids", expanding=True)))


class SqlReportStore:
    """Implements `intake.ports.ReportStore`."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock
        self._arrivals: GroupCommit[Arrival, Receipt] = GroupCommit(
            database, ArrivalWriter(sealer, clock, database.serials)
        )

    async def add(
        self, report: Report, raw: bytes, *, keep_conflict: bool = False, delay_seconds: float = 0.0
    ) -> Receipt:
        """Store for good. Raises IdempotencyConflict, Temporary."""
        row = report_row(report, raw, self._sealer)
        return await self._arrivals.add(Arrival(report, row, keep_conflict, delay_seconds))

    async def claim(self, limit: int, lease_seconds: float) -> Sequence[WaitingReport]:
        """Lease the oldest waiting reports. Nobody writes when nothing waits."""
        now_ms = to_ms(self._clock.now())
        if not await self._database.read(lambda connection: _anything_waits(connection, now_ms)):
            return ()
        until_ms = now_ms + round(lease_seconds * 1000)
        leased = await self._database.write(
            lambda connection: _claim(connection, {"now": now_ms, "until": until_ms, "limit": limit}),
        )
        loaded, broken = await self._database.read(lambda connection: self._load(connection, leased))
        for report_id, reason in broken.items():
            await self.park(report_id, reason)
        return loaded

    async def forget_leases(self) -> int:
        """Let everything that waits be claimed at once: at the start of a worker that knows itself to be alone.

        What a killed worker had in hand would otherwise wait for its lease to run out. How many there were.
        """
        query = update(WAITING).where(WAITING.c.lease_until_ms > 0, WAITING.c.attempts > 0).values(lease_until_ms=0)
        return await self._database.write(lambda connection: connection.execute(query).rowcount)

    async def park(self, report_id: str, reason: str) -> None:
        """Set a report aside with the reason."""
        at_ms = to_ms(self._clock.now())

        def work(connection: Connection) -> None:
            gone = connection.execute(delete(WAITING).where(WAITING.c.report_id == report_id))
            if gone.rowcount:
                connection.execute(insert(PARKED).values(report_id=report_id, at_ms=at_ms, reason=reason))

        await self._database.write(work)

    async def replay(self, report_id: str, corrections: Sequence[Correction]) -> None:
        """Let a parked report wait again, with corrections beside it. Raises NotFound."""
        now_ms = to_ms(self._clock.now())

        def work(connection: Connection) -> None:
            gone = connection.execute(delete(PARKED).where(PARKED.c.report_id == report_id))
            if not gone.rowcount:
                raise NotFound("没有这件搁置的诉求。", "No parked report has this id.")
            append_corrections(connection, report_id, corrections)
            connection.execute(_INSERT_WAITING, [waiting_row(report_id, now_ms)])

        await self._database.write(work)

    def _load(self, connection: Connection, leased: Mapping[str, int]) -> tuple[list[WaitingReport], dict[str, str]]:
        """The leased reports, oldest first, and the reasons of those that cannot be opened."""
        loaded: list[WaitingReport] = []
        broken: dict[str, str] = {}
        ids = list(leased)
        corrections = load_corrections(connection, ids)
        rows = connection.execute(_SELECT_REPORTS, {"ids": ids}).mappings().all()
        senders = {row["phone_key"] for row in rows if row["phone_key"]}
        places = last_places(connection, senders, to_ms(self._clock.now()))
        for row in rows:
            report_id = row["id"]
            try:
                report = report_of(dict(row), self._sealer)
            except Permanent as error:
                broken[report_id] = error.zh
            else:
                fixes, recent = tuple(corrections.get(report_id, ())), places.get(row["phone_key"], ())
                loaded.append(WaitingReport(report, fixes, leased[report_id], recent))
        return sorted(loaded, key=lambda one: (one.report.origin.received_at, one.report.id)), broken


def load_corrections(connection: Connection, report_ids: Sequence[str]) -> dict[str, list[Correction]]:
    """Corrections by report, in the order they were made."""
    found: dict[str, list[Correction]] = {}
    query = select(CORRECTION).where(CORRECTION.c.report_id.in_(report_ids)).order_by(CORRECTION.c.id)
    for row in connection.execute(query).mappings():
        correction = Correction(row["field"], row["value"], row["actor"], from_ms(row["at_ms"]))
        found.setdefault(row["report_id"], []).append(correction)
    return found


def append_corrections(connection: Connection, report_id: str, corrections: Sequence[Correction]) -> None:
    """Put corrections beside a report."""
    rows = [
        {"report_id": report_id, "field": one.field, "value": one.value, "actor": one.by, "at_ms": to_ms(one.at)}
        for one in corrections
    ]
    if rows:
        connection.execute(insert(CORRECTION), rows)


def _anything_waits(connection: Connection, now_ms: int) -> bool:
    return connection.execute(_ANYTHING_WAITS, {"now": now_ms}).first() is not None


def _claim(connection: Connection, parameters: Mapping[str, int]) -> dict[str, int]:
    claim = _CLAIMS[has_locks(connection)]
    return {str(row.report_id): int(row.attempts) for row in connection.execute(claim, dict(parameters))}
