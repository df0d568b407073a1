"""The peer of the intake figure: the very rows that the hub wrote, inserted by plain SQL into the same schema.

It understands nothing, matches nothing and speaks no HTTP: the physical limit of this disk, this SQLite and one thread.
"""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BY_REPORT = {
    "report": "SELECT id, t.* FROM report t WHERE id > ?",
    "case_file": "SELECT o.report_id, t.* FROM case_file t JOIN outcome o ON o.case_number = t.number "
    "AND o.kind = 'open' WHERE o.report_id > ?",
    "case_report": "SELECT report_id, t.* FROM case_report t WHERE report_id > ?",
    "case_event": "SELECT json_extract(t.payload, '$.report_id'), t.* FROM case_event t "
    "WHERE json_extract(t.payload, '$.report_id') > ?",
    "outcome": "SELECT report_id, t.* FROM outcome t WHERE report_id > ?",
    "desk_item": "SELECT report_id, t.* FROM desk_item t WHERE report_id > ?",
}


@dataclass(slots=True)
class Written:
    """The rows of one report, by table."""

    rows: dict[str, list[Sequence[Any]]] = field(default_factory=lambda: defaultdict(list))


def read_written(data: Path, after_report: str) -> list[Written]:
    """What the hub wrote for every report with a higher id, in order."""
    by_report: dict[str, Written] = defaultdict(Written)
    connection = sqlite3.connect(data / "hub.db")
    for table, query in BY_REPORT.items():
        for report_id, *row in connection.execute(query, (after_report,)):
            by_report[report_id].rows[table].append(row)
    connection.close()
    return [by_report[report_id] for report_id in sorted(by_report)]


def last_report(data: Path) -> str:
    """The highest report id of a data folder; empty when it has none."""
    connection = sqlite3.connect(data / "hub.db")
    try:
        return str(connection.execute("SELECT coalesce(max(id), '') FROM report").fetchone()[0])
    finally:
        connection.close()


def insert_plainly(data: Path, written: Sequence[Written], batch_size: int) -> float:
    """Insert the reports in transactions of so many; reports a second."""
    connection = sqlite3.connect(data / "hub.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    statements = {table: _insert(connection, table) for table in BY_REPORT}
    begun = time.perf_counter()
    for batch in batches(written, batch_size):
        connection.execute("BEGIN IMMEDIATE")
        for table, statement in statements.items():
            connection.executemany(statement, [row for one in batch for row in one.rows.get(table, ())])
        connection.execute("COMMIT")
    took_seconds = time.perf_counter() - begun
    connection.close()
    return len(written) / took_seconds


def _insert(connection: sqlite3.Connection, table: str) -> str:
    columns = len(connection.execute(f"PRAGMA table_info({table})").fetchall())
    return f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608 - table names are ours


def batches(written: Sequence[Written], size: int) -> Iterator[Sequence[Written]]:
    """So many reports at a time."""
    for start in range(0, len(written), size):
        yield written[start : start + size]
