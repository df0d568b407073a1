"""Statements of the hot paths: written with SQLAlchemy, compiled once, run on the driver's own cursor.

The ORM-free execution of SQLAlchemy Core still costs 0.1 ms a statement; a report needs several. What is lost is result
processing by type, so these statements hold integers, text, floats and bytes only. PostgreSQL is a journey away: there
many rows go in one statement, and statements that need no answer of each other go together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.expression import Insert


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one driver wants it; `arguments` turns named parameters into what its cursor takes."""

    sql: str
    arguments: Callable[[Mapping[str, Any]], Any]


@dataclass(slots=True)
class Prepared:
    """One statement without expanding parameters, for every dialect it meets.

    `together` is what stands for it on PostgreSQL when it is run for many rows: they are its parameter `rows` there, as
    JSON. A plain insert needs none.
    """

    statement: TextClause | Insert
    together: TextClause | None = None
    _compiled: dict[str, _Compiled] = field(default_factory=dict)
    _for_all: str = ""

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Sequence[Any]]:
        """Run it and fetch all rows as plain sequences. Raises the driver's errors."""
        cursor = self.send(connection, parameters)
        try:
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def send(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """Run it; the driver's cursor, to be fetched from later. Raises the driver's errors, there if not here."""
        compiled = self._for(connection, parameters)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.sql, compiled.arguments(parameters))
        return cursor

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each row of parameters; nothing for no rows. Raises the driver's errors."""
        if not rows:
            return
        cursor = connection.connection.cursor()
        try:
            whole = self._for_all_of(connection, rows[0]) if connection.dialect.name == "postgresql" else ""
            if whole:
                cursor.execute(whole, {"rows": as_json(rows)})
            else:
                compiled = self._for(connection, rows[0])
                cursor.executemany(compiled.sql, list(map(compiled.arguments, rows)))
        finally:
            cursor.close()

    def _for(self, connection: Connection, parameters: Mapping[str, Any]) -> _Compiled:
        """An insert names the columns that its first row names; the database fills in the others."""
        name = connection.dialect.name
        if name not in self._compiled:
            made = self.statement.compile(dialect=connection.dialect, column_keys=list(parameters))
            self._compiled[name] = _Compiled(str(made), _picker(getattr(made, "positiontup", None)))
        return self._compiled[name]

    def _for_all_of(self, connection: Connection, row: Mapping[str, Any]) -> str:
        """The statement for many rows; empty for one that knows only single ones."""
        if not self._for_all:
            if isinstance(self.statement, Insert):
                self._for_all = _from_json(connection, self.statement, list(row))
            elif self.together is not None:
                self._for_all = str(self.together.compile(dialect=connection.dialect))
        return self._for_all


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as PostgreSQL reads them, bytes as it writes them. Arrays would cost the driver five times as much."""
    return orjson.dumps(rows, default=_spelled).decode()


def _spelled(value: object) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"no column holds a {type(value).__name__}")


def pipelined(connection: Connection) -> AbstractContextManager[Any]:
    """Statements inside go to PostgreSQL together and are answered together, at the latest when the context ends."""
    if connection.dialect.name != "postgresql":
        return nullcontext()
    driver: Any = connection.connection.driver_connection
    pipeline: AbstractContextManager[Any] = driver.pipeline()
    return pipeline


def _from_json(connection: Connection, statement: Insert, names: Sequence[str]) -> str:
    """An insert of many rows, spelled by the columns' own names and types."""
    quote = connection.dialect.identifier_preparer.quote
    table, columns = quote(str(statement.table.name)), ", ".join(map(quote, names))
    rows = f"json_populate_recordset(NULL::{table}, %(rows)s::json)"
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {rows}"  # noqa: S608 - names of our tables


def _picker(order: Sequence[str] | None) -> Callable[[Mapping[str, Any]], Any]:
    """Named parameters as they are, or in the order of a driver that counts them."""
    if order is None:
        return dict
    if len(order) == 1:
        return lambda parameters: (parameters[order[0]],)
    return itemgetter(*order)
