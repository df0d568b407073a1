"""Writers of several processes on one SQLite file: one at a time, in turn, and a log that stays short."""

from __future__ import annotations

import asyncio
import fcntl
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from case_api.store.checkpoints import Checkpoints
from case_api.store.database import Database
from case_api.store.grouping import GroupCommit
from case_api.store.turns import Turns


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.connect(f"sqlite:///{tmp_path / 'hub.db'}")
    opened.transaction(lambda connection: connection.execute(text("CREATE TABLE told (words BLOB)")))
    yield opened
    opened.close()


def test_a_writer_that_wants_the_turn_again_lines_up_behind_the_one_that_waits(tmp_path: Path) -> None:
    greedy, patient = Turns(tmp_path / "hub.db"), Turns(tmp_path / "hub.db")
    order: list[str] = []
    waits = threading.Event()

    def wait_for_it() -> None:
        waits.set()
        with patient.take():
            order.append("patient")

    thread = threading.Thread(target=wait_for_it)
    with greedy.take():
        order.append("greedy")
        thread.start()
        waits.wait(5)
        while not _is_queued(tmp_path / "hub.db-queue"):
            pass
    with greedy.take():
        order.append("greedy")
    thread.join(5)
    assert order == ["greedy", "patient", "greedy"]


async def test_who_arrives_while_a_group_waits_for_its_turn_is_written_with_it(
    database: Database, tmp_path: Path
) -> None:
    groups: list[list[int]] = []

    def write(_: Connection, items: Sequence[int]) -> Sequence[int]:
        groups.append(list(items))
        return list(items)

    group: GroupCommit[int, int] = GroupCommit(database, write)
    other = Turns(tmp_path / "hub.db")
    with other.take():
        adding = [asyncio.ensure_future(group.add(number)) for number in range(5)]
        await asyncio.sleep(0)
        await asyncio.to_thread(_until_queued, tmp_path / "hub.db-queue")
        adding += [asyncio.ensure_future(group.add(number)) for number in range(5, 9)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*adding) == list(range(9))
    assert groups == [list(range(9))]


async def test_the_log_is_copied_and_starts_anew(database: Database, tmp_path: Path) -> None:
    fill = text("INSERT INTO told SELECT zeroblob(4000)")

    def write(connection: Connection) -> None:
        for _ in range(4500):
            connection.execute(fill)

    log = tmp_path / "hub.db-wal"
    await database.write(write)
    long_bytes = log.stat().st_size
    await Checkpoints(database).run()
    await database.write(lambda connection: connection.execute(fill))
    assert long_bytes > 4000 * 4096
    assert log.stat().st_size == long_bytes
    assert (
        await database.read(lambda connection: connection.execute(text("SELECT count(*) FROM told")).scalar()) == 4501
    )


def _is_queued(queue: Path) -> bool:
    """Whether somebody holds the queue, as one does who waits for the turn."""

    with queue.open("r+b") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _until_queued(queue: Path) -> None:
    while not _is_queued(queue):
        pass
