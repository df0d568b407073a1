"""The key and its database belong together: a lost or exchanged key is named, never replaced in silence."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from case_api.store.database import Database
from case_api.store.installation_key import installation_sealer, open_newest, renew_lost_key
from case_api.store.migrate import migrate
from case_api.store.reports import SqlReportStore
from case_api.store.sealing import Sealer
from intake.errors import NotAllowedNow, Permanent
from tests.fakes.clock import FakeClock
from tests.fakes.samples import a_report


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.connect(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "secret.key"


def report_kept(database: Database, sealer: Sealer) -> None:
    asyncio.run(_add(database, sealer))


async def _add(database: Database, sealer: Sealer) -> None:
    await SqlReportStore(database, sealer, FakeClock()).add(a_report(), b"raw")


def refusal(database: Database, key: Path) -> str:
    with pytest.raises(Permanent) as error:
        installation_sealer(database, key)
    return error.value.en


def test_the_key_is_made_with_the_database_and_found_again(database: Database, key: Path) -> None:
    first = installation_sealer(database, key)
    report_kept(database, first)
    assert installation_sealer(database, key).check == first.check


def test_a_lost_key_is_not_replaced(database: Database, key: Path) -> None:
    report_kept(database, installation_sealer(database, key))
    key.unlink()
    assert refusal(database, key) == (
        f"The key {key} is missing and nothing else opens the contacts in the database. "
        "Restore the secret.key that belongs to this database from its backup, then start again."
    )
    assert key.exists() is False


def test_another_key_is_named(database: Database, key: Path) -> None:
    report_kept(database, installation_sealer(database, key))
    key.write_bytes(bytes(32))
    assert refusal(database, key) == (
        f"{key} is not the key of this database; restore the secret.key that belongs to it."
    )


def test_a_key_that_is_put_back_serves_again(database: Database, key: Path) -> None:
    first = installation_sealer(database, key)
    key.rename(key.with_suffix(".away"))
    refusal(database, key)
    key.with_suffix(".away").rename(key)
    assert installation_sealer(database, key).check == first.check


def test_a_database_from_before_the_check_value_is_tried_by_opening_a_seal(database: Database, key: Path) -> None:
    report_kept(database, installation_sealer(database, key))
    right = key.read_bytes()
    database.transaction(lambda connection: connection.execute(text("DELETE FROM installation")))
    key.write_bytes(bytes(32))
    assert refusal(database, key).startswith("The key does not fit")
    key.unlink()
    assert refusal(database, key).startswith(f"The key {key} is missing")
    key.write_bytes(right)
    assert installation_sealer(database, key).check == Sealer.from_key(right).check


def test_processes_that_start_together_agree_on_one_key(database: Database, key: Path, tmp_path: Path) -> None:
    opened = [Database.connect(f"sqlite:///{tmp_path / 'hub.db'}") for _ in range(4)]
    starts, checks = threading.Barrier(4), list[str]()

    def start(one: Database) -> None:
        starts.wait()
        checks.append(installation_sealer(one, key).check)

    threads = [threading.Thread(target=start, args=(one,)) for one in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in opened:
        one.close()
    assert checks == [Sealer.from_key(key.read_bytes()).check] * 4


def test_a_damaged_seal_is_noticed_and_an_empty_database_has_none(database: Database, key: Path) -> None:
    sealer = installation_sealer(database, key)
    database.transaction(lambda connection: open_newest(connection, sealer))
    report_kept(database, sealer)
    database.transaction(lambda connection: open_newest(connection, sealer))
    spoil = text("UPDATE report SET raw_seal = x'00'")
    database.transaction(lambda connection: connection.execute(spoil))
    with pytest.raises(Permanent):
        database.transaction(lambda connection: open_newest(connection, sealer))


def test_a_key_lost_for_good_is_renewed_on_purpose_only(database: Database, key: Path) -> None:
    old = installation_sealer(database, key)
    report_kept(database, old)
    with pytest.raises(NotAllowedNow):
        renew_lost_key(database, key)
    key.unlink()
    renew_lost_key(database, key)
    new = installation_sealer(database, key)
    assert (new.check == Sealer.from_key(key.read_bytes()).check, new.check == old.check) == (True, False)
