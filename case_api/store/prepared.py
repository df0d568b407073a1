"""Statements of the hot paths: written with SQLAlchemy, compiled once, run on the driver's own cursor.

The ORM-free execution of SQLAlchemy Core still costs 0.1 ms a statement; a report needs several. What is lost is result
processing by type, so these statements hold integers, text, floats and bytes only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.expression import Insert


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    order: tuple[str, ...] | None

    def arguments(self, parameters: Mapping[str, Any]) -> Any:
        """Named parameters as this driver wants them."""
        return parameters if self.order is None else tuple(parameters[name] for name in self.order)


@dataclass(slots=True)
class Prepared:
    """One statement without expanding parameters, for every dialect it meets."""

    statement: TextClause | Insert
    _compiled: dict[str, _Compiled] = field(default_factory=dict)

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
        """Run it for each row of parameters; nothing for no rows. Raises the driver's errors."""
        if not rows:
            return
        compiled = self._for(connection, rows[0])
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(compiled.sql, [compiled.arguments(row) for row in rows])
        finally:
            cursor.close()

    def _for(self, connection: Connection, parameters: Mapping[str, Any]) -> _Compiled:
        """An insert names the columns that its first row names; the database fills in the others."""
        name = connection.dialect.name
        if name not in self._compiled:
            made = self.statement.compile(dialect=connection.dialect, column_keys=list(parameters))
            order = getattr(made, "positiontup", None)
            self._compiled[name] = _Compiled(str(made), tuple(order) if order is not None else None)
        return self._compiled[name]
