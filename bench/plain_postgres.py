"""The peer on PostgreSQL: the very rows that the hub wrote, inserted by plain SQL on one connection."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence

import psycopg
from psycopg import sql

from bench.plain_sql import BY_REPORT, Written, batches


def _address(url: str) -> str:
    return url.replace("+psycopg", "")


def last_report(url: str) -> str:
    """The highest report id of a database; empty when it has none."""
    with psycopg.connect(_address(url)) as connection:
        row = connection.execute("SELECT coalesce(max(id), '') FROM report").fetchone()
    return str(row[0]) if row else ""


def read_written(url: str, after_report: str) -> list[Written]:
    """What the hub wrote for every report with a higher id, in the order in which it did: workers overtake."""
    by_report: dict[str, Written] = defaultdict(Written)
    with psycopg.connect(_address(url)) as connection:
        for table, query in BY_REPORT.items():
            words = query.replace("json_extract(t.payload, '$.report_id')", "(t.payload::json->>'report_id')")
            for report_id, *row in connection.execute(words.replace("?", "%s").encode(), (after_report,)):
                by_report[report_id].rows[table].append(row)
        decided: dict[str, int] = dict(connection.execute("SELECT report_id, at_ms FROM outcome").fetchall())
    return [by_report[one] for one in sorted(by_report, key=lambda one: (decided[one], one))]


def insert_plainly(url: str, written: Sequence[Written], batch_size: int) -> float:
    """Insert the reports in transactions of so many; reports a second."""
    with psycopg.connect(_address(url)) as connection:
        statements = {table: _insert(written, table) for table in BY_REPORT}
        begun = time.perf_counter()
        for batch in batches(written, batch_size):
            with connection.transaction(), connection.cursor() as cursor:
                for table, statement in statements.items():
                    rows = [row for one in batch for row in one.rows.get(table, ())]
                    if rows:
                        cursor.executemany(statement, rows)
        return len(written) / (time.perf_counter() - begun)


def _insert(written: Sequence[Written], table: str) -> sql.Composed:
    columns = next((len(one.rows[table][0]) for one in written if one.rows.get(table)), 0)
    places = sql.SQL(", ").join([sql.Placeholder()] * columns)
    return sql.SQL("INSERT INTO {} VALUES ({})").format(sql.Identifier(table), places)
