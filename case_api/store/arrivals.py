"""Reports as they arrive: a batch written in one transaction, each numbered, each known by its key from then on."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text

from case_api.store.alone import has_locks
from case_api.store.moments import from_ms, to_ms
from case_api.store.numbers import Serials, day_of, take, tracking_number
from case_api.store.prepared import Prepared, pipelined
from case_api.store.sealing import Sealer
from case_api.store.tables import PARKED, REPORT, WAITING
from intake.errors import IdempotencyConflict
from intake.model import Receipt, Report
from intake.ports import Clock

Key = tuple[str, str]

_INSERT_REPORT = Prepared(insert(REPORT))
_INSERT_WAITING = Prepared(insert(WAITING))
_INSERT_PARKED = Prepared(insert(PARKED))
_KNOWN_COLUMNS = ("id", "tracking_number", "channel", "external_id", "received_ms", "content_hash")
_SELECT_KNOWN = select(*(REPORT.c[name] for name in _KNOWN_COLUMNS)).where(
    REPORT.c.external_id.in_(bindparam("external_ids", expanding=True)),
)
_SELECT_KNOWN_TOGETHER = Prepared(
    text(
        f"SELECT {', '.join(_KNOWN_COLUMNS)} FROM report "  # noqa: S608 - constants only
        "WHERE external_id = ANY(CAST(:external_ids AS TEXT[]))",
    ),
)
_HASH_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report and its row, which lacks the tracking number only."""

    report: Report
    row: Mapping[str, Any]
    keep_conflict: bool = False
    delay_seconds: float = 0.0

    @property
    def key(self) -> Key:
        """What a second delivery is recognised by."""
        return self.row["channel"], self.row["external_id"]

    def waits(self) -> dict[str, Any]:
        """Its row among the waiting."""
        row = waiting_row(self.row["id"], self.row["received_ms"])
        if self.delay_seconds > 0:
            row["lease_until_ms"] = self.row["received_ms"] + round(self.delay_seconds * 1000)
        return row

    def set_apart(self) -> Arrival:
        """The same content under an external_id of its own: that of the message and a piece of the keyed hash."""
        external_id = f"{self.row['external_id']}~{self.row['content_hash'][:_HASH_LETTERS]}"
        return dataclasses.replace(self, row={**self.row, "external_id": external_id})


@dataclass(frozen=True, slots=True)
class ArrivalWriter:
    """Writes a batch inside a transaction: called with the connection and the arrivals, answers one for each."""

    sealer: Sealer
    clock: Clock
    serials: Serials | None = None

    def __call__(self, connection: Connection, arrivals: Sequence[Arrival]) -> Sequence[Receipt | Exception]:
        """A receipt, or an IdempotencyConflict, for each arrival in order."""
        known = _known(connection, arrivals)
        fresh = _first_of_each(arrivals, known)
        rows = self._numbered(connection, list(fresh.values()))
        with pipelined(connection):
            _INSERT_REPORT.many(connection, rows)
            _INSERT_WAITING.many(connection, [arrival.waits() for arrival in fresh.values()])
        stored = known | {(row["channel"], row["external_id"]): row for row in rows}
        self._park_conflicts(connection, [one for one in arrivals if one.keep_conflict and _differs(one, stored)])
        return [
            self._answer(arrival, stored[arrival.key], replayed=fresh.get(arrival.key) is not arrival)
            for arrival in arrivals
        ]

    def _park_conflicts(self, connection: Connection, arrivals: Sequence[Arrival]) -> None:
        """Keep the content of a used key as a parked report of its own; delivered again, it is known already."""
        if not arrivals:
            return
        apart = [arrival.set_apart() for arrival in arrivals]
        fresh = list(_first_of_each(apart, _known(connection, apart)).values())
        if not fresh:
            return
        _INSERT_REPORT.many(connection, self._numbered(connection, fresh))
        at_ms = to_ms(self.clock.now())
        parked = [
            {
                "report_id": one.report.id,
                "at_ms": at_ms,
                "reason": f"编号 {one.report.origin.external_id} 已用于另一份内容，请核对后重新处理",
            }
            for one in fresh
        ]
        _INSERT_PARKED.many(connection, parked)

    def _numbered(self, connection: Connection, arrivals: Sequence[Arrival]) -> list[dict[str, Any]]:
        """Rows with tracking numbers; the serials of a day follow one another."""
        by_day: dict[str, list[Arrival]] = {}
        for arrival in arrivals:
            by_day.setdefault(day_of(arrival.report.origin.received_at), []).append(arrival)
        rows = []
        for day, group in by_day.items():
            counter = f"report:{day}"
            reserved = self.serials.take(counter, len(group)) if self.serials is not None else None
            for serial, arrival in zip(reserved or take(connection, counter, len(group)), group, strict=True):
                rows.append({**arrival.row, "tracking_number": tracking_number(day, serial)})
        return rows

    def _answer(self, arrival: Arrival, stored: Mapping[str, Any], *, replayed: bool) -> Receipt | Exception:
        if stored["content_hash"] != arrival.row["content_hash"]:
            return _conflict(kept=arrival.keep_conflict)
        return Receipt(
            report_id=stored["id"],
            tracking_number=stored["tracking_number"],
            tracking_secret=self.sealer.tracking_secret(stored["id"]),
            channel=stored["channel"],
            external_id=stored["external_id"],
            received_at=from_ms(stored["received_ms"]),
            replayed=replayed,
        )


def waiting_row(report_id: str, since_ms: int) -> dict[str, Any]:
    """The row that lets a report be claimed."""
    return {"report_id": report_id, "since_ms": since_ms, "lease_until_ms": 0, "attempts": 0}


def _conflict(*, kept: bool) -> IdempotencyConflict:
    if kept:
        return IdempotencyConflict(
            "这个编号已用于另一份内容；这一份已搁置，待工作人员核对，请勿重发。",
            "This key was used for another content. This one is parked for staff to look at: do not send it again.",
        )
    return IdempotencyConflict(
        "这个编号已用于另一份内容，请换一个新的编号再提交。",
        "This key was used for another content; send again with a new one.",
    )


def _differs(arrival: Arrival, stored: Mapping[Key, Mapping[str, Any]]) -> bool:
    return bool(stored[arrival.key]["content_hash"] != arrival.row["content_hash"])


def _first_of_each(arrivals: Sequence[Arrival], known: Mapping[Key, Any]) -> dict[Key, Arrival]:
    """The arrivals whose key nobody used before, one for each key."""
    fresh: dict[Key, Arrival] = {}
    for arrival in arrivals:
        if arrival.key not in known:
            fresh.setdefault(arrival.key, arrival)
    return fresh


def _known(connection: Connection, arrivals: Sequence[Arrival]) -> dict[Key, Mapping[str, Any]]:
    """Stored reports that carry the key of an arrival."""
    external_ids = [arrival.row["external_id"] for arrival in arrivals]
    if has_locks(connection):
        with pipelined(connection):
            rows = _SELECT_KNOWN_TOGETHER.rows(connection, {"external_ids": external_ids})
    else:
        rows = [tuple(row) for row in connection.execute(_SELECT_KNOWN, {"external_ids": external_ids})]
    known = [dict(zip(_KNOWN_COLUMNS, row, strict=True)) for row in rows]
    return {(row["channel"], row["external_id"]): row for row in known}
