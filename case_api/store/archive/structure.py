"""The schema of a database that an archive is loaded into: made anew at the archive's revision, upgraded afterwards.

Everything here runs in the one transaction of the restore, so that a failure leaves the database as it was.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, LargeBinary, Table, inspect, text
from sqlmodel import SQLModel

from case_api.store.archive.faults import damaged
from case_api.store.archive.manifest import Head, newer
from case_api.store.archive.tables import is_postgres, quoted
from case_api.store.migrate import knows, newest_revision, upgrade
from case_api.store.tables import CASE_EVENT
from intake.errors import NotAllowedNow

_VERSION = "alembic_version"
_SQLITE_INDEXES = text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
_OURS = "WHERE n.nspname = current_schema() AND c.relname = ANY(:tables)"
_CONSTRAINTS = text(
    "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k "  # noqa: S608 - fixed words
    f"JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace {_OURS} "
    "AND k.contype IN ('p', 'u', 'f') ORDER BY k.contype = 'f', c.relname, k.conname",
)
_INDEXES = text(
    "SELECT x.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid "  # noqa: S608
    f"JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace {_OURS} "
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY x.relname",
)
_TRIGGER_FUNCTIONS = text(
    "SELECT DISTINCT t.tgfoid::regprocedure::text FROM pg_trigger t "  # noqa: S608 - fixed words
    f"JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace {_OURS} "
    "AND NOT t.tgisinternal",
)


def known_tables() -> Sequence[Table]:
    """Every table of the newest schema, those that others refer to first."""
    return SQLModel.metadata.sorted_tables


def refuse_unknown_revision(head: Head) -> None:
    """Raises Permanent for an archive whose revision this program does not know."""
    if not knows(head.revision):
        raise newer(head)


def refuse_filled(connection: Connection) -> None:
    """Raises NotAllowedNow when the database holds what cannot be made again: history, or anything that is sealed."""
    present = set(inspect(connection).get_table_names())
    for table in known_tables():
        sealed = any(isinstance(column.type, LargeBinary) for column in table.columns)
        if table.name not in present or not (sealed or table is CASE_EVENT):
            continue
        if connection.execute(text(f"SELECT 1 FROM {quoted(connection, table.name)} LIMIT 1")).first():  # noqa: S608
            shown = connection.engine.url.render_as_string(hide_password=True)
            raise NotAllowedNow(
                f"{shown} 中已有数据（{table.name}），不会被覆盖；请指定空的数据库，"
                "或先把原来的数据文件夹或数据库改名保存。",
                f"{shown} holds data ({table.name}) and is not overwritten: name an empty database, "
                "or move the old data folder or database away first.",
            )


def make_schema(connection: Connection, head: Head) -> None:
    """Empty tables of the archive's revision in place of whatever empty ones there are. Raises DamagedArchive."""
    _drop_known(connection)
    upgrade(connection, head.revision)
    found = inspect(connection)
    made = {name: {column["name"] for column in found.get_columns(name)} for name in found.get_table_names()}
    told = {shape.name: {column.name for column in shape.columns} for shape in head.tables}
    if any(made.get(name) != columns for name, columns in told.items()) or not _all_told(set(made), set(told)):
        raise damaged("表结构与版本不符", "its tables are not those of its revision")


def _all_told(made: set[str], told: set[str]) -> bool:
    """Whether every table of ours is in the archive; others may share the database."""
    ours = {table.name for table in known_tables()}
    return (made & ours) - told == set()


def upgrade_to_newest(connection: Connection) -> str:
    """Bring the schema to the newest revision; which that is."""
    newest = newest_revision()
    upgrade(connection, newest)
    return newest


def set_aside_indexes(connection: Connection, tables: Sequence[str]) -> Sequence[str]:
    """Take indexes and constraints away, so that they are built once over all rows; the statements that bring them."""
    if not is_postgres(connection):
        found = [(name, made) for name, made in connection.execute(_SQLITE_INDEXES)]
        for name, _ in found:
            connection.exec_driver_sql(f"DROP INDEX {quoted(connection, name)}")
        return [made for _, made in found]
    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
    wanted = {"tables": list(tables)}
    constraints = [
        (f"ALTER TABLE {quoted(connection, table)}", quoted(connection, name), made)
        for table, name, made in connection.execute(_CONSTRAINTS, wanted)
    ]
    # What others refer to was told first and goes last.
    for table, name, _ in reversed(constraints):
        connection.exec_driver_sql(f"{table} DROP CONSTRAINT {name}")
    indexes = list(connection.execute(_INDEXES, wanted))
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {quoted(connection, name)}")
    # References are checked last, when what they lead to has its index.
    return [made for _, made in indexes] + [
        f"{table} ADD CONSTRAINT {name} {made}" for table, name, made in constraints
    ]


def set_sequences(connection: Connection, head: Head) -> None:
    """Let new rows count on from the highest number. SQLite does so by itself."""
    if not is_postgres(connection):
        return
    find = text("SELECT pg_get_serial_sequence(:table, :column)")
    for shape in head.tables:
        for column in shape.columns:
            table, name = quoted(connection, shape.name), quoted(connection, column.name)
            sequence = connection.execute(find, {"table": table, "column": column.name}).scalar()
            if sequence:
                newest = f"SELECT max({name}) AS id FROM {table}"  # noqa: S608 - names of the schema, quoted
                count_on = f"SELECT setval(CAST(:name AS regclass), coalesce(id, 1), id IS NOT NULL) FROM ({newest}) x"  # noqa: S608
                connection.execute(text(count_on), {"name": sequence})


def gather_statistics(connection: Connection, head: Head) -> None:
    """Let PostgreSQL plan by what is there now; it would guess until its next clean-up."""
    if is_postgres(connection):
        connection.exec_driver_sql(f"ANALYZE {', '.join(quoted(connection, shape.name) for shape in head.tables)}")


def _drop_known(connection: Connection) -> None:
    present = set(inspect(connection).get_table_names())
    doomed = [name for name in (_VERSION, *(table.name for table in reversed(known_tables()))) if name in present]
    if not is_postgres(connection):
        for name in doomed:
            connection.exec_driver_sql(f"DROP TABLE {quoted(connection, name)}")
        return
    functions = connection.execute(_TRIGGER_FUNCTIONS, {"tables": doomed}).scalars().all()
    if doomed:
        connection.exec_driver_sql(f"DROP TABLE {', '.join(quoted(connection, name) for name in doomed)}")
    for function in functions:
        connection.exec_driver_sql(f"DROP FUNCTION {function}")
