"""What PostgreSQL does for the stores and SQLite cannot show: writers side by side, and a server that goes away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from case_api.store.alone import among_others
from case_api.store.anchors import Anchors
from case_api.store.database import Database
from case_api.store.feed import CaseFeed
from case_api.store.migrate import migrate, newest_revision
from case_api.store.outbox import Outbox
from case_api.store.verify import verify_history
from intake.errors import Temporary
from intake.model import CaseGlimpse, Decision, Settled, Understanding
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.samples import (
    LAMP,
    OTHER_WORDS,
    TEXT,
    a_classification,
    a_guess,
    a_location,
    a_report,
    open_or_attach,
    understood,
)
from tests.fakes.stores import SqlStores, stores_at
from tests.services.postgres import PostgresServer

pytestmark = pytest.mark.integration
_PATIENCE_SECONDS = 20.0


@pytest.fixture
async def pair(postgres_url: str) -> AsyncIterator[tuple[SqlStores, SqlStores]]:
    """The stores of two processes on one database."""
    clock = FakeClock()
    both = stores_at(postgres_url, clock), stores_at(postgres_url, clock)
    yield both
    for one in both:
        one.database.close()


async def stored(stores: SqlStores, name: str, words: str = TEXT) -> Understanding:
    report = a_report(name, words)
    await stores.reports.add(report, b"")
    return understood(report)


def cases_of(settled: Sequence[Settled]) -> set[str | None]:
    return {one.case_number for one in settled}


def test_the_chain_makes_what_the_classes_describe_and_twice_changes_nothing(postgres_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata))

    database = Database.connect(postgres_url)
    migrate(database)
    assert database.transaction(differences) == []
    database.close()


def test_processes_that_migrate_at_once_all_end_at_the_newest(postgres: PostgresServer) -> None:
    url = postgres.create("together")
    opened = [Database.connect(url) for _ in range(4)]
    futures = [one.submit(lambda one=one: migrate(one)) for one in opened]  # type: ignore[misc]
    assert [future.result(_PATIENCE_SECONDS) for future in futures] == [newest_revision()] * 4
    for one in opened:
        one.close()
    postgres.drop("together")


@pytest.mark.parametrize(
    "statement", ["UPDATE case_event SET hash = hash", "DELETE FROM case_event", "TRUNCATE case_event"]
)
async def test_the_database_refuses_to_change_or_empty_the_history(
    pair: tuple[SqlStores, SqlStores], statement: str
) -> None:
    one, _ = pair
    await one.cases.settle([await stored(one, "r1")], open_or_attach)
    with pytest.raises(DBAPIError, match="append-only"):
        one.database.transaction(lambda connection: connection.execute(text(statement)))
    count = text("SELECT count(*) FROM case_event")
    assert one.database.transaction(lambda connection: connection.execute(count).scalar_one()) == 1


async def test_two_workers_that_meet_the_same_problem_at_the_same_moment_open_one_case(
    pair: tuple[SqlStores, SqlStores],
) -> None:
    one, other = pair
    first, second = await stored(one, "r1"), await stored(other, "r2", OTHER_WORDS)
    inside = threading.Event()

    def slowly(what: Understanding, near: Sequence[CaseGlimpse]) -> Decision:
        """The other has begun before this one has written its case."""
        inside.set()
        threading.Event().wait(0.3)
        return open_or_attach(what, near)

    slow = asyncio.ensure_future(one.cases.settle([first], slowly))
    assert await asyncio.to_thread(inside.wait, _PATIENCE_SECONDS)
    quick = await other.cases.settle([second], open_or_attach)
    assert cases_of([*await slow, *quick]) == {"26112400001"}


async def test_workers_in_other_places_do_not_wait_for_each_other(pair: tuple[SqlStores, SqlStores]) -> None:
    one, other = pair
    near = await stored(one, "r1")
    report = a_report("r2", "另一处")
    await other.reports.add(report, b"")
    far = understood(report, a_location(20_000.0))
    inside, leave = threading.Event(), threading.Event()

    def held(what: Understanding, known: Sequence[CaseGlimpse]) -> Decision:
        inside.set()
        assert leave.wait(_PATIENCE_SECONDS)
        return open_or_attach(what, known)

    slow = asyncio.ensure_future(one.cases.settle([near], held))
    assert await asyncio.to_thread(inside.wait, _PATIENCE_SECONDS)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        quick = await other.cases.settle([far], open_or_attach)
    leave.set()
    assert len(cases_of([*await slow, *quick])) == 2


async def test_nothing_is_claimed_twice_by_workers_side_by_side(pair: tuple[SqlStores, SqlStores]) -> None:
    for number in range(40):
        await stored(pair[0], f"r{number:02d}")
    claims = await asyncio.gather(*(one.reports.claim(5, 30.0) for one in pair * 4))
    claimed = sorted(waiting.report.id for claim in claims for waiting in claim)
    assert claimed == [f"r{number:02d}" for number in range(40)]


async def test_the_feed_misses_no_event_whose_transaction_ended_late(pair: tuple[SqlStores, SqlStores]) -> None:
    one, other = pair
    bus = FakeBus()
    feed = CaseFeed(one.database, bus)
    early = await stored(one, "r1")
    report = a_report("r2", "另一处")
    await other.reports.add(report, b"")
    late = understood(report, a_location(20_000.0), a_classification(a_guess(LAMP)))
    with _held_open(other, late):
        await one.cases.settle([early], open_or_attach)
        await Outbox(one.database, bus).relay()
        seen = await feed.read_after(0)
    assert len(seen) == 1
    assert await Outbox(one.database, bus).relay() == 1
    after = await feed.read_after(seen[-1][0])
    assert {view.case_number for _, view in [*seen, *after]} == {"26112400001", "26112400051"}


@contextmanager
def _held_open(stores: SqlStores, what: Understanding) -> Iterator[None]:
    """A case that was written, events numbered and all, in a transaction that ends when the context does."""
    written, leave = threading.Event(), threading.Event()

    def work(connection: Connection) -> None:
        stores.cases._settle(connection, [what], open_or_attach, FakeClock().now())
        written.set()
        assert leave.wait(_PATIENCE_SECONDS)

    done = stores.database.submit(lambda: stores.database.transaction(work))
    assert written.wait(_PATIENCE_SECONDS)
    try:
        yield
    finally:
        leave.set()
        done.result(_PATIENCE_SECONDS)


async def test_workers_anchor_the_history_once(pair: tuple[SqlStores, SqlStores], tmp_path: Path) -> None:
    journal = tmp_path / "anchors.log"
    for number in range(6):
        await pair[0].cases.settle([await stored(pair[0], f"r{number}", f"事情{number}")], open_or_attach)
    anchors = [Anchors(one.database, FakeClock(), journal) for one in pair]
    counts = await asyncio.gather(*(one.anchor_new() for one in anchors * 3))
    proof = await pair[0].database.read(lambda connection: verify_history(connection, anchors[0].journal))
    assert (sum(counts), proof.events, proof.faults) == (proof.events, proof.events, [])


def test_a_worker_knows_whether_it_is_alone(pair: tuple[SqlStores, SqlStores]) -> None:
    first, second = (one.database.engine for one in pair)
    with among_others(first, "workers") as alone:
        with among_others(second, "workers") as also_alone:
            assert (alone, also_alone) == (True, False)
        with among_others(second, "workers") as again:
            assert again is False
    with among_others(second, "workers") as left:
        assert left is True


@pytest.mark.parametrize("ending", ["stop", "crash"])
async def test_a_server_that_went_away_is_used_again_when_it_is_back(
    postgres: PostgresServer, postgres_url: str, ending: str
) -> None:
    stores = stores_at(postgres_url, FakeClock())
    await stored(stores, "before")
    getattr(postgres, ending)()
    with pytest.raises(Temporary):
        await stored(stores, "meanwhile")
    with pytest.raises(Temporary):
        await stores.reports.claim(5, 30.0)
    postgres.start()
    await stored(stores, "after")
    claimed = [waiting.report.id for waiting in await stores.reports.claim(5, 30.0)]
    stores.database.close()
    assert sorted(claimed) == ["after", "before"]
