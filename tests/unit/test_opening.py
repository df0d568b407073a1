"""A database is opened for its owner alone, or the fault is told with its remedy."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from case_api.store.folders import private_folder
from case_api.store.migrate import newest_revision
from case_api.store.opening import open_database
from intake.errors import HubError, Permanent, Temporary


@pytest.fixture(autouse=True)
def _open_handed() -> Iterator[None]:
    """A user whose files everybody may read unless told otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_the_database_and_its_files_are_the_owners_alone(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    database.close()
    assert found.keys() >= {"hub.db", "hub.db-shm", "hub.db-wal"}
    assert found == dict.fromkeys(found, 0o600)


def test_a_file_that_is_there_keeps_its_mode_and_content(tmp_path: Path) -> None:
    file = tmp_path / "hub.db"
    open_database(f"sqlite:///{file}").close()
    file.chmod(0o640)
    open_database(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(newest_revision(),)]
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_server_that_does_not_answer_is_only_away() -> None:
    with pytest.raises(Temporary, match="away"):
        open_database("postgresql://hub:secret@127.0.0.1:1/hub")


@pytest.mark.parametrize("url", ["nonsense", "nosuch://host/hub", "mysql://host/hub"])
def test_an_address_that_cannot_be_used_names_the_setting(url: str) -> None:
    with pytest.raises(Permanent, match=r"database\.url"):
        open_database(url)


@pytest.mark.parametrize("content", [b"no database at all" * 100, None])
def test_what_is_no_database_is_named_and_left_alone(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "hub.db"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(HubError, match=r"hub\.db|database"):
        open_database(f"sqlite:///{file}")
    assert content is None or file.read_bytes() == content


def test_a_schema_of_a_newer_program_is_not_touched(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    open_database(url).close()
    with closing(sqlite3.connect(tmp_path / "hub.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Permanent, match="newer program"):
        open_database(url)


def test_a_folder_is_made_for_its_owner_and_one_that_cannot_be_is_named(tmp_path: Path) -> None:
    made = private_folder(tmp_path / "a" / "b")
    assert (stat.S_IMODE(made.stat().st_mode), private_folder(made)) == (0o700, made)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Permanent, match="file"):
        private_folder(tmp_path / "file" / "data")
