"""Group commit: a caller always gets an answer, and its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from case_api.store.database import Database
from case_api.store.grouping import GroupCommit
from intake.errors import NotFound, Temporary

Write = Callable[[Connection, Sequence[int]], Sequence[str | Exception]]
_INSERT = text("INSERT INTO note (n) VALUES (:n)")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.connect(f"sqlite:///{tmp_path / 'notes.db'}")
    opened.transaction(lambda connection: connection.execute(text("CREATE TABLE note (n INTEGER PRIMARY KEY)")))
    yield opened
    opened.close()


def keep(connection: Connection, items: Sequence[int]) -> list[str | Exception]:
    """Write each number; the answer is its name. Odd hundreds are refused without spoiling the others."""
    kept = [n for n in items if n % 200 != 100]
    if kept:
        connection.execute(_INSERT, [{"n": n} for n in kept])
    return [f"note {n}" if n in kept else NotFound("没有", "none") for n in items]


def stored(database: Database) -> list[int]:
    return database.transaction(lambda connection: list(connection.execute(text("SELECT n FROM note")).scalars()))


class Gate:
    """Holds the writing thread until it is opened."""

    def __init__(self, database: Database) -> None:
        self._open = threading.Event()
        database.submit(self._open.wait)

    def open(self) -> None:
        self._open.set()


async def settle(tasks: Sequence[asyncio.Task[str]]) -> list[str | BaseException]:
    """Every answer; a caller that is still waiting after ten seconds fails the test."""
    async with asyncio.timeout(10):
        return await asyncio.gather(*tasks, return_exceptions=True)


async def test_500_callers_of_one_loop_each_get_their_own_answer(database: Database) -> None:
    group: GroupCommit[int, str] = GroupCommit(database, keep)
    async with asyncio.timeout(20):
        answers = await asyncio.gather(*(group.add(n) for n in range(1000, 1500)), return_exceptions=True)
    refused = [n for n, answer in enumerate(answers, 1000) if isinstance(answer, NotFound)]
    assert refused == [1100, 1300]
    assert [a for a in answers if isinstance(a, str)] == [f"note {n}" for n in range(1000, 1500) if n not in refused]
    assert stored(database) == [n for n in range(1000, 1500) if n not in refused]


async def test_what_waits_together_is_written_together_up_to_the_limit(database: Database) -> None:
    sizes: list[int] = []

    def counted(connection: Connection, items: Sequence[int]) -> list[str | Exception]:
        sizes.append(len(items))
        return keep(connection, items)

    group: GroupCommit[int, str] = GroupCommit(database, counted, limit=10)
    gate = Gate(database)
    tasks = [asyncio.create_task(group.add(n)) for n in range(1, 26)]
    await asyncio.sleep(0)
    gate.open()
    await settle(tasks)
    assert sizes == [10, 10, 5]


async def test_a_cancelled_caller_takes_nobody_with_it(database: Database) -> None:
    group: GroupCommit[int, str] = GroupCommit(database, keep)
    gate = Gate(database)
    tasks = [asyncio.create_task(group.add(n)) for n in range(1, 6)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[3].cancel()
    gate.open()
    answers = await settle(tasks)
    kinds = [answer if isinstance(answer, str) else type(answer).__name__ for answer in answers]
    assert kinds == ["CancelledError", "note 2", "note 3", "CancelledError", "note 5"]
    assert await asyncio.wait_for(group.add(6), 10) == "note 6"


async def test_an_item_that_spoils_the_batch_fails_alone(database: Database) -> None:
    group: GroupCommit[int, str] = GroupCommit(database, keep)
    await group.add(3)
    gate = Gate(database)
    tasks = [asyncio.create_task(group.add(n)) for n in range(1, 6)]
    await asyncio.sleep(0)
    gate.open()
    answers = await settle(tasks)
    kinds = [answer if isinstance(answer, str) else type(answer).__name__ for answer in answers]
    assert kinds == ["note 1", "note 2", "IntegrityError", "note 4", "note 5"]
    assert stored(database) == [1, 2, 3, 4, 5]


async def test_a_writer_that_fails_tells_everybody_and_the_next_batch_is_written(database: Database) -> None:
    broken = [True]

    def fails(connection: Connection, items: Sequence[int]) -> list[str | Exception]:
        if broken[0]:
            raise Temporary("稍后", "later")
        return keep(connection, items)

    group: GroupCommit[int, str] = GroupCommit(database, fails)
    answers = await settle([asyncio.create_task(group.add(n)) for n in range(1, 6)])
    assert [type(answer) for answer in answers] == [Temporary] * 5
    broken[0] = False
    assert (await group.add(1), stored(database)) == ("note 1", [1])


async def test_a_writer_with_too_few_answers_writes_nothing_and_nobody_hangs(database: Database) -> None:
    def forgets(connection: Connection, items: Sequence[int]) -> Sequence[str | Exception]:
        return keep(connection, items)[1:]

    group: GroupCommit[int, str] = GroupCommit(database, forgets)
    answers = await settle([asyncio.create_task(group.add(n)) for n in range(1, 4)])
    assert [type(answer) for answer in answers] == [RuntimeError] * 3
    assert stored(database) == []


async def test_a_database_that_is_closed_is_temporary(database: Database) -> None:
    group: GroupCommit[int, str] = GroupCommit(database, keep)
    database.close()
    for n in (1, 2):
        with pytest.raises(Temporary):
            await asyncio.wait_for(group.add(n), 10)


async def test_a_database_that_closes_with_more_than_one_batch_waiting_answers_everybody(database: Database) -> None:
    group: GroupCommit[int, str] = GroupCommit(database, keep, limit=10)
    gate = Gate(database)
    tasks = [asyncio.create_task(group.add(n)) for n in range(1, 36)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(asyncio.to_thread(database.close))
    while not database.writer._shutdown:  # noqa: ASYNC110 - the pool has no event for it
        await asyncio.sleep(0.001)
    gate.open()
    answers = await settle(tasks)
    assert answers[:10] == [f"note {n}" for n in range(1, 11)]
    assert [type(answer) for answer in answers[10:]] == [Temporary] * 25
    await asyncio.wait_for(closing, 10)


def test_a_loop_that_was_closed_does_not_keep_another_from_its_answer(database: Database) -> None:
    group: GroupCommit[int, str] = GroupCommit(database, keep)
    gate = Gate(database)
    gone = asyncio.new_event_loop()
    left = gone.create_task(group.add(1))
    gone.run_until_complete(asyncio.sleep(0))
    left.cancel()
    gone.run_until_complete(asyncio.gather(left, return_exceptions=True))
    gone.close()

    async def stays() -> str:
        task = asyncio.create_task(group.add(2))
        await asyncio.sleep(0)
        gate.open()
        return await asyncio.wait_for(task, 10)

    assert asyncio.run(stays()) == "note 2"


def test_callers_of_two_loops_in_two_threads_get_their_own_answers(database: Database) -> None:
    group: GroupCommit[int, str] = GroupCommit(database, keep)
    found: dict[int, list[str]] = {}

    async def many(start: int) -> list[str]:
        async with asyncio.timeout(20):
            return list(await asyncio.gather(*(group.add(n) for n in range(start, start + 90))))

    def run(start: int) -> None:
        found[start] = asyncio.run(many(start))

    threads = [threading.Thread(target=run, args=(start,)) for start in (1, 101 + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == {start: [f"note {n}" for n in range(start, start + 90)] for start in (1, 102)}
