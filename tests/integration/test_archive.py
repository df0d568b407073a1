"""Backup, restore and move between both databases: nothing is lost, and the city goes on where it was."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlmodel import SQLModel

from case_api.store.archive import ArchiveWriter, Contents, Restored, Target, move_database, restore_archive
from case_api.store.database import Database
from case_api.store.verify import verify_history
from hub.clock import SystemClock
from intake.errors import NotAllowedNow
from tests.integration.filled_city import Installation, Rows, everything, files_of, fill, send
from tests.services.postgres import PostgresServer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
_KINDS = ("sqlite", "postgresql")
_ALL = Contents()
_NUMBERS = count(1)
NewHome = Callable[[str], Installation]


def unheard(_words: str) -> None:
    """Progress that nobody looks at."""


@pytest.fixture(scope="module")
def old_city(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A filled city on SQLite; nobody changes it."""
    here = Installation(tmp_path_factory.mktemp("old") / "data")
    hub = here.hub()
    try:
        receipts = asyncio.run(fill(hub))
    finally:
        hub.close()
    return Installation(here.data, "", receipts)


@pytest.fixture
def new_home(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[NewHome]:
    """Makes empty homes: a data folder, and an empty database of the wanted kind."""
    made: list[tuple[PostgresServer, str]] = []

    def make(kind: str) -> Installation:
        number = next(_NUMBERS)
        data = tmp_path / f"home{number}"
        data.mkdir(mode=0o700)
        if kind == "sqlite":
            return Installation(data)
        server: PostgresServer = request.getfixturevalue("postgres")
        name = f"home_{number}"
        made.append((server, name))
        return Installation(data, server.create(name))

    yield make
    for server, name in made:
        server.drop(name)


def backed_up(home: Installation, contents: Contents = _ALL) -> bytes:
    out = io.BytesIO()
    hub = home.hub()
    try:
        writer = ArchiveWriter(out, home.data, SystemClock().now(), unheard, contents)
        hub.database.submit_read(writer.tables).result()
        writer.finish()
    finally:
        hub.close()
    return out.getvalue()


def restored_into(home: Installation, archive: bytes) -> Restored:
    return restore_archive(io.BytesIO(archive), target(home))


def moved(old: Installation, new: Installation) -> Restored:
    """Move to another database with the same data folder; `new` stands for its URL and a copy of that folder."""
    shutil.copytree(old.data, new.data, dirs_exist_ok=True, ignore=shutil.ignore_patterns("hub.db*"))
    return move_database(old.address, target(new))


def target(home: Installation) -> Target:
    return Target(home.address, home.data, SystemClock().now(), unheard)


def rows_of(home: Installation) -> Rows:
    database = Database.connect(home.address)
    try:
        return everything(database)
    finally:
        database.close()


@pytest.mark.parametrize("to", _KINDS)
@pytest.mark.parametrize("from_", _KINDS)
def test_a_backup_is_restored_to_the_last_row_and_file(
    old_city: Installation, new_home: NewHome, from_: str, to: str
) -> None:
    source = old_city
    if from_ == "postgresql":
        source = new_home(from_)
        restored_into(source, backed_up(old_city))
    new = new_home(to)
    restored = restored_into(new, backed_up(source))
    rows = rows_of(old_city)
    assert rows_of(new) == rows
    assert {name: one.rows for name, one in restored.manifest.tables.items()} == {
        name: len(one) for name, one in rows.items()
    }
    assert [name for name, one in rows.items() if not one] == []
    assert files_of(new.data) == files_of(old_city.data)
    assert (restored.proof.faults, restored.head.database, restored.key) == ([], from_, True)


def test_the_same_city_gives_the_same_sums_on_both_databases(old_city: Installation, new_home: NewHome) -> None:
    new = new_home("postgresql")
    first = restored_into(new, backed_up(old_city))
    second = restored_into(new_home("sqlite"), backed_up(new))
    assert second.manifest.tables == first.manifest.tables


def test_a_city_moves_to_postgresql_and_back_without_losing_a_row(old_city: Installation, new_home: NewHome) -> None:
    there, back = new_home("postgresql"), new_home("sqlite")
    before = rows_of(old_city)
    proofs = [moved(old_city, there).proof, moved(there, back).proof]
    assert rows_of(there) == before
    assert rows_of(back) == before
    assert rows_of(old_city) == before
    assert [one.faults for one in proofs] == [[], []]


@pytest.mark.parametrize("kind", _KINDS)
async def test_the_city_goes_on_where_it_was(old_city: Installation, new_home: NewHome, kind: str) -> None:
    new = new_home(kind)
    restored_into(new, await asyncio.to_thread(backed_up, old_city))
    hub = new.hub()
    try:
        numbers = {one.tracking_number for one in old_city.receipts}
        for receipt in old_city.receipts:
            seen = await hub.report_reader.tracking(receipt.tracking_number, receipt.tracking_secret)
            assert seen.tracking_number == receipt.tracking_number
        assert await hub.reports.forget_leases() == 5
        waited = len(await hub.reports.claim(500, 0.0))
        fresh = [await send(hub, "青阳街道青新社区门口井盖不见了", 10_000 + at) for at in range(30)]
        while await hub.worker.work_once():
            pass
        while await hub.anchors.anchor_new():
            pass
        while await hub.outbox.relay():
            pass
        journal = hub.anchors.journal
        proof = await hub.database.read(lambda connection: verify_history(connection, journal))
        outcomes = [(await hub.report_reader.one(one.report_id)).status for one in (*old_city.receipts, *fresh)]
    finally:
        hub.close()
    assert numbers & {one.tracking_number for one in fresh} == set()
    assert len({one.tracking_number for one in fresh}) == 30
    assert (waited, proof.faults) == (20, [])
    assert {status: outcomes.count(status) for status in set(outcomes)} == {"settled": 286, "parked": 5}


def schema_differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata))


def test_the_schema_is_whole_after_a_restore(old_city: Installation, new_home: NewHome) -> None:
    archive = backed_up(old_city)
    for kind in _KINDS:
        new = new_home(kind)
        restored_into(new, archive)
        database = Database.connect(new.address)
        try:
            assert database.transaction(schema_differences) == []
        finally:
            database.close()


@pytest.mark.parametrize("kind", _KINDS)
def test_a_database_that_holds_reports_is_not_overwritten(old_city: Installation, new_home: NewHome, kind: str) -> None:
    new, archive = new_home(kind), backed_up(old_city)
    restored_into(new, archive)
    with pytest.raises(NotAllowedNow, match="holds data"):
        restored_into(new, archive)
    assert rows_of(new) == rows_of(old_city)


@pytest.mark.parametrize("kind", _KINDS)
def test_a_database_that_a_hub_uses_is_neither_filled_nor_moved_away(
    old_city: Installation, new_home: NewHome, kind: str
) -> None:
    archive = backed_up(old_city)
    used, other = new_home(kind), new_home("sqlite")
    hub = used.hub()
    try:
        _ = hub.sealer
        with pytest.raises(NotAllowedNow, match="stop it"):
            restored_into(used, archive)
        with pytest.raises(NotAllowedNow, match="stop it"):
            moved(used, other)
    finally:
        hub.close()
    assert restored_into(used, archive).proof.faults == []
