"""Statements of the hot paths: written with SQLAlchemy, compiled once, run on the driver's own cursor.

The ORM-free execution of SQLAlchemy Core still costs 0.1 ms a statement; a report needs several. What is lost is result
processing by type, so these statements hold integers, text, floats and bytes only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

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
    """One statement without expanding parameters, for every dialect it meets."""

    statement: TextClause | Insert
    _compiled: dict[str, _Compiled] = field(default_factory=dict)
    _copying: _Compiled | None = None

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Sequence[Any]]:
        """Run it and fetch all rows as plain sequences. Raises the driver's errors."""
        compiled = self._for(connection, parameters)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.sql, compiled.arguments(parameters))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each row of parameters; nothing for no rows. Raises the driver's errors.

        A plain insert into PostgreSQL goes there by COPY: one journey, and nothing to plan for each row.
        """
        if not rows:
            return
        if isinstance(self.statement, Insert) and connection.dialect.name == "postgresql":
            self._copy(connection, rows)
            return
        compiled = self._for(connection, rows[0])
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(compiled.sql, list(map(compiled.arguments, rows)))
        finally:
            cursor.close()

    def _copy(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        if self._copying is None:
            quote = connection.dialect.identifier_preparer.quote
            columns = list(rows[0])
            into = f"{quote(str(self.statement.table.name))} ({', '.join(map(quote, columns))})"  # type: ignore[union-attr]
            self._copying = _Compiled(f"COPY {into} FROM STDIN", _picker(columns))
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(self._copying.sql) as copy:
            for row in map(self._copying.arguments, rows):
                copy.write_row(row)

    def _for(self, connection: Connection, parameters: Mapping[str, Any]) -> _Compiled:
        """An insert names the columns that its first row names; the database fills in the others."""
        name = connection.dialect.name
        if name not in self._compiled:
            made = self.statement.compile(dialect=connection.dialect, column_keys=list(parameters))
            self._compiled[name] = _Compiled(str(made), _picker(getattr(made, "positiontup", None)))
        return self._compiled[name]


def _picker(order: Sequence[str] | None) -> Callable[[Mapping[str, Any]], Any]:
    """Named parameters as they are, or in the order of a driver that counts them."""
    if order is None:
        return dict
    if len(order) == 1:
        return lambda parameters: (parameters[order[0]],)
    return itemgetter(*order)
