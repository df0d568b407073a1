"""Rows out of and into a database, streamed past SQLAlchemy by each driver's quickest way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from case_api.store.archive.rows import RowSum, TableShape, line_writer
from intake.errors import Permanent

_FETCH = 1000


def is_postgres(connection: Connection) -> bool:
    """Whether the connection leads to PostgreSQL; else it is SQLite."""
    return connection.dialect.name == "postgresql"


def quoted(connection: Connection, name: str) -> str:
    """A table or column as its statements name it."""
    return connection.dialect.identifier_preparer.quote(name)


def read_lines(connection: Connection, shape: TableShape) -> Iterator[bytes]:
    """Every row of a table as a line, as it lies in the database; never more than some hundreds in memory.

    Runs in the connection's transaction. Raises the driver's errors; Permanent for a value its column cannot hold.
    """
    write = line_writer(shape)
    rows = _postgres_rows(connection, shape) if is_postgres(connection) else _sqlite_rows(connection, shape)
    try:
        for row in rows:
            yield write(row)
    except (TypeError, KeyError, ValueError) as error:
        raise Permanent(
            f"数据表 {shape.name} 中有一个值不属于它的列（{type(error).__name__}），无法备份；请先改正。",
            f"A value in the table {shape.name} does not belong into its column ({type(error).__name__}) "
            "and cannot be archived: mend it first.",
        ) from error


def sum_of(connection: Connection, shape: TableShape) -> RowSum:
    """The sum over the rows that a table holds now. Raises as `read_lines`."""
    found = RowSum()
    for line in read_lines(connection, shape):
        found.add(line)
    return found


def insert_rows(connection: Connection, shape: TableShape, rows: Iterable[Sequence[Any]]) -> None:
    """Add rows in the connection's transaction. On PostgreSQL the table must have been made in it.

    Raises the driver's errors.
    """
    table, columns = quoted(connection, shape.name), _columns(connection, shape)
    driver = _driver(connection)
    if not is_postgres(connection):
        marks = ", ".join("?" * len(shape.columns))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of the schema, quoted
        driver.executemany(statement, rows)
        return
    # Rows of a table that is new in this transaction need no second pass to be marked as visible to all.
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FREEZE)") as copy:
        for row in rows:
            copy.write_row(row)


def _sqlite_rows(connection: Connection, shape: TableShape) -> Iterator[Sequence[Any]]:
    cursor = _driver(connection).cursor()
    try:
        cursor.arraysize = _FETCH
        table, columns = quoted(connection, shape.name), _columns(connection, shape)
        cursor.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - names of the schema, quoted
        while rows := cursor.fetchmany():
            yield from rows
    finally:
        cursor.close()


def _postgres_rows(connection: Connection, shape: TableShape) -> Iterator[Sequence[Any]]:
    """By a cursor of the server, binary: twice as quick as COPY, whose rows the driver waits for one by one."""
    table, columns = quoted(connection, shape.name), _columns(connection, shape)
    with _driver(connection).cursor(name="archive", binary=True) as cursor:
        cursor.itersize = _FETCH
        cursor.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - names of the schema, quoted
        yield from cursor


def _columns(connection: Connection, shape: TableShape) -> str:
    return ", ".join(quoted(connection, column.name) for column in shape.columns)


def _driver(connection: Connection) -> Any:
    """The driver's own connection, inside SQLAlchemy's transaction."""
    return connection.connection.driver_connection
