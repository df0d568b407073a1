"""The books of the limits: in memory as the tests pretend, and on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest

from case_api.limit_views import LimitBooks
from case_api.store.database import Database
from case_api.store.limits import SqlLimitLedger
from case_api.store.migrate import migrate
from intake.errors import NotFound
from intake.limits import Counted, Kind, LimitLedger, Mark, Sender
from tests.fakes.clock import START
from tests.fakes.limit_ledger import FakeLimitLedger

HOUR = timedelta(hours=1)
ADDRESS = Sender("a" * 24, "203.0.113.9")
NUMBER = Sender("b" * 24, "138****7531")


class Books(LimitLedger, LimitBooks, Protocol):
    """Both sides of the books."""


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """Empty books."""
    if request.param == "memory":
        yield FakeLimitLedger()
        return
    url = f"sqlite:///{tmp_path / 'hub.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database.connect(url)
    migrate(database)
    yield SqlLimitLedger(database)
    database.close()


def counted(sender: Sender = ADDRESS, kind: Kind = Kind.CHALLENGED, count: int = 1, minutes: int = 0) -> Counted:
    """So many, so long after the start, in the hour of that moment."""
    at = START + timedelta(minutes=minutes)
    return Counted(Mark(at.replace(minute=0), "report", kind, sender), count, at)


async def lines(books: Books, hours: int = 24, minutes: int = 0) -> list[tuple[str, str, str, int, int]]:
    """Door, kind, sender, count and the minute of the last."""
    page = await books.page(START + timedelta(minutes=minutes), hours)
    return [
        (one.door, one.kind, one.who, one.count, round((one.last_at - START).total_seconds() / 60))
        for one in page.items
    ]


async def test_counts_of_one_hour_are_added_up(books: Books) -> None:
    await books.add([counted(count=2, minutes=5)])
    await books.add([counted(count=3, minutes=4)])
    assert await lines(books) == [("report", "challenged", "203.0.113.9", 5, 5)]


async def test_hours_are_one_line_for_staff_and_the_latest_comes_first(books: Books) -> None:
    await books.add([counted(minutes=0), counted(minutes=70), counted(NUMBER, Kind.REFUSED, 4, minutes=90)])
    assert await lines(books, minutes=90) == [
        ("report", "refused", "138****7531", 4, 90),
        ("report", "challenged", "203.0.113.9", 2, 70),
    ]
    (page,) = (await books.page(START + 2 * HOUR, 24),)
    assert page.items[1].first_at == START


async def test_what_is_older_than_asked_for_is_not_shown(books: Books) -> None:
    await books.add([counted(minutes=0), counted(NUMBER, minutes=120)])
    assert await lines(books, hours=1, minutes=130) == [("report", "challenged", "138****7531", 1, 120)]


async def test_old_hours_are_forgotten(books: Books) -> None:
    await books.add([counted(minutes=0), counted(NUMBER, minutes=120)])
    assert await books.forget(START + HOUR) == 1
    assert await lines(books, minutes=130) == [("report", "challenged", "138****7531", 1, 120)]


async def test_a_pass_is_known_until_it_ends(books: Books) -> None:
    await books.add([counted(), counted(NUMBER)])
    until = await books.allow(ADDRESS.key, 1, "li", START)
    assert until == START + HOUR
    assert dict(await books.passes(START)) == {ADDRESS.key: until}
    assert dict(await books.passes(until)) == {}
    shown = {one.who: one.passes_until for one in (await books.page(START, 24)).items}
    assert shown == {"203.0.113.9": until, "138****7531": None}


async def test_a_pass_may_be_given_anew(books: Books) -> None:
    await books.add([counted()])
    await books.allow(ADDRESS.key, 1, "li", START)
    until = await books.allow(ADDRESS.key, 2, "wang", START)
    assert dict(await books.passes(START)) == {ADDRESS.key: until}


async def test_a_stranger_gets_no_pass(books: Books) -> None:
    await books.add([counted(), counted(Sender("", "…"))])
    for key in ("c" * 24, ""):
        with pytest.raises(NotFound):
            await books.allow(key, 1, "li", START)
    assert dict(await books.passes(START)) == {}
