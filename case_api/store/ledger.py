"""The writing half of a case transaction: rows are collected and written together, history and counts with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, text

from case_api.store.chain import ChainHead, EventDraft, link
from case_api.store.numbers import Serials, current, take
from case_api.store.prepared import Prepared, pipelined
from case_api.store.tables import CASE, CASE_EVENT, CASE_REPORT, DESK_ITEM, OUTBOX, OUTCOME, UNANCHORED
from intake.model import CaseGlimpse

_HEAD = Prepared(text("SELECT n, hash FROM case_event WHERE case_number = :number ORDER BY n DESC LIMIT 1"))
_COUNT = Prepared(
    text(
        "INSERT INTO case_count (street9, group_key, state, n) VALUES (:street9, :group_key, :state, :n) "
        "ON CONFLICT (street9, group_key, state) DO UPDATE SET n = case_count.n + excluded.n",
    ),
    together=text(
        "INSERT INTO case_count (street9, group_key, state, n) SELECT street9, group_key, state, n "
        "FROM json_populate_recordset(NULL::case_count, CAST(:rows AS JSON)) "
        "ON CONFLICT (street9, group_key, state) DO UPDATE SET n = case_count.n + excluded.n",
    ),
)
_JOINED = Prepared(
    text(
        "UPDATE case_file SET report_count = report_count + :reports, version = version + :reports, changed_ms = :at "
        "WHERE number = :number",
    ),
    together=text(
        "UPDATE case_file SET report_count = case_file.report_count + j.reports, "
        "version = case_file.version + j.reports, changed_ms = j.at "
        "FROM json_to_recordset(CAST(:rows AS JSON)) AS j(number TEXT, reports INTEGER, at BIGINT) "
        "WHERE case_file.number = j.number",
    ),
)
_INSERTS = {
    "case": Prepared(insert(CASE)),
    "case_report": Prepared(insert(CASE_REPORT)),
    "event": Prepared(insert(CASE_EVENT)),
    "outbox": Prepared(insert(OUTBOX)),
    "unanchored": Prepared(insert(UNANCHORED)),
    "outcome": Prepared(insert(OUTCOME)),
    "desk_item": Prepared(insert(DESK_ITEM)),
}
_CASES = ("case", "case_report")


@dataclass(slots=True)
class Ledger:
    """Rows of one transaction. Cases may be flushed early, so that the next report of the batch can meet them."""

    connection: Connection
    reserved: Serials | None = None
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in _INSERTS})
    _heads: dict[str, ChainHead] = field(default_factory=dict)
    _counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _serials: dict[str, list[int]] = field(default_factory=dict)
    _fresh: set[str] = field(default_factory=set)
    _joins_known: bool = False
    _opened: list[Mapping[str, Any]] = field(default_factory=list)
    _joined: set[str] = field(default_factory=set)
    _joins: Counter[str] = field(default_factory=Counter)
    _joined_ms: int = 0

    def add(self, table: str, row: dict[str, Any]) -> None:
        """Collect a row for one of the tables of a case transaction."""
        self._rows[table].append(row)
        if table == "case":
            self._fresh.add(row["number"])
            self._opened.append(row)
        elif table == "case_report" and row["case_number"] not in self._fresh:
            self._joins_known = True
            self._joined.add(row["case_number"])

    def record(self, draft: EventDraft, *, first: bool = False) -> None:
        """Append an event to its case's history; `first` when the case is new in this transaction."""
        number = draft.case_number
        head = None if first else self._heads.get(number) or self._head(number)
        row = link(draft, head)
        self._heads[number] = ChainHead(row["n"], row["hash"])
        self.add("event", row)
        for queue in ("outbox", "unanchored"):
            self.add(queue, {"case_number": number, "n": row["n"]})

    def count(self, street9: str, group_key: str, state: str, change: int) -> None:
        """Keep the summary of open cases true."""
        self._counts[street9, group_key, state] += change

    def join(self, number: str, at_ms: int) -> None:
        """Count one more report of a case that is known to be there; written at the end, once for all of a case."""
        self._joins[number] += 1
        self._joined_ms = at_ms

    def serial(self, counter: str) -> int:
        """The next serial of a counter: of a reserve, or of the counter, read and written once a transaction."""
        if self.reserved is not None:
            return self.reserved.take(counter)[0]
        if counter not in self._serials:
            self._serials[counter] = [current(self.connection, counter), 0]
        taken = self._serials[counter]
        taken[1] += 1
        return taken[0] + taken[1]

    def fresh_cases(self) -> Sequence[Mapping[str, Any]]:
        """Cases collected and not yet written."""
        return self._rows["case"]

    def joins_known_cases(self) -> bool:
        """Whether a report joined a case that is written already, while its membership is not."""
        return self._joins_known

    def has_changed(self, holds: Callable[[Mapping[str, Any]], bool], known: Sequence[CaseGlimpse]) -> bool:
        """Whether this transaction opened a case where `holds` says so, or let a report join one of the known."""
        return any(map(holds, self._opened)) or any(one.number in self._joined for one in known)

    def flush_cases(self) -> None:
        """Write the collected cases now, for the next match to see them."""
        with pipelined(self.connection):
            self._write(_CASES)

    def flush(self) -> None:
        """Write everything."""
        with pipelined(self.connection):
            self._write(tuple(_INSERTS))
            self._write_counts()
            self._write_joins()
        for counter, (_, used) in self._serials.items():
            take(self.connection, counter, used)
        self._serials.clear()

    def _write_counts(self) -> None:
        if self._counts:
            rows = [
                {"street9": street9, "group_key": group, "state": state, "n": n}
                for (street9, group, state), n in sorted(self._counts.items())
            ]
            _COUNT.many(self.connection, rows)
            self._counts.clear()

    def _write_joins(self) -> None:
        rows = [
            {"number": number, "reports": reports, "at": self._joined_ms}
            for number, reports in sorted(self._joins.items())
        ]
        _JOINED.many(self.connection, rows)
        self._joins.clear()

    def _write(self, tables: tuple[str, ...]) -> None:
        for table in tables:
            _INSERTS[table].many(self.connection, self._rows[table])
            self._rows[table] = []
        self._fresh.clear()
        self._joins_known = False

    def _head(self, number: str) -> ChainHead | None:
        rows = _HEAD.rows(self.connection, {"number": number})
        return ChainHead(rows[0][0], rows[0][1]) if rows else None
