"""The Alembic chain makes the schema that the classes describe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

from case_api.store.database import Database
from case_api.store.migrate import current_revision, migrate, newest_revision


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.connect(f"sqlite:///{tmp_path / 'hub.db'}")
    yield opened
    opened.close()


def differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True, "render_as_batch": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata))


def objects(connection: Connection) -> list[tuple[str, ...]]:
    rows = connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"))
    return [tuple(map(str, row)) for row in rows]


async def test_the_chain_makes_what_the_classes_describe(database: Database) -> None:
    migrate(database)
    assert await database.read(differences) == []


async def test_an_empty_database_is_brought_to_the_newest_revision(database: Database) -> None:
    assert await current_revision(database) is None
    assert migrate(database) == newest_revision()
    assert await current_revision(database) == newest_revision()


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate(database)
    first = await database.read(objects)
    migrate(database)
    assert await database.read(objects) == first


async def test_every_table_of_the_classes_is_made(database: Database) -> None:
    migrate(database)
    names = await database.read(lambda connection: inspect(connection).get_table_names())
    assert set(names) == {*SQLModel.metadata.tables, "alembic_version"}


async def test_partial_indexes_are_partial_in_the_database_too(database: Database) -> None:
    migrate(database)
    made = {name: sql for kind, name, _, sql in await database.read(objects) if kind == "index"}
    partial = sorted(name for name, sql in made.items() if " WHERE " in sql)
    expected = sorted(
        str(index.name)
        for table in SQLModel.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    )
    assert partial == expected


async def test_two_processes_that_migrate_at_once_both_end_at_the_newest(tmp_path: Path) -> None:
    opened = [Database.connect(f"sqlite:///{tmp_path / 'shared.db'}") for _ in range(4)]
    futures = [one.submit(lambda one=one: migrate(one)) for one in opened]  # type: ignore[misc]
    assert [future.result(20) for future in futures] == [newest_revision()] * 4
    for one in opened:
        one.close()
