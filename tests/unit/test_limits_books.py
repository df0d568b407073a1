"""The tally and its books: nothing is counted twice, nothing is lost while the database is away, nothing grows."""

from __future__ import annotations

from datetime import timedelta

from intake.limits import Books, Kind, MemoryQuotas, Passes, Sender, Tally
from intake.limits.quotas import Charge
from tests.fakes.clock import START, FakeClock
from tests.fakes.limit_ledger import FakeLimitLedger

ONE, OTHER = Sender("1" * 24, "203.0.113.9"), Sender("2" * 24, "203.0.113.10")


def books_of(clock: FakeClock) -> tuple[Books, FakeLimitLedger]:
    ledger = FakeLimitLedger()
    return Books(Tally(clock.now), Passes(), ledger, clock, timedelta(days=2)), ledger


def test_events_of_an_hour_are_one_line_and_totals_never_go_back() -> None:
    clock = FakeClock()
    tally = Tally(clock.now)
    tally.add("report", Kind.REFUSED, ONE)
    clock.move(60)
    tally.add("report", Kind.REFUSED, ONE, 2)
    clock.move(3600)
    tally.add("report", Kind.REFUSED, ONE)
    drained = [(one.mark.hour, one.count, one.last_at) for one in tally.drain()]
    hour = timedelta(hours=1)
    assert drained == [(START, 3, START + timedelta(minutes=1)), (START + hour, 1, START + hour + timedelta(minutes=1))]
    assert (list(tally.drain()), tally.totals["report", Kind.REFUSED]) == ([], 4)


def test_a_flood_of_addresses_fills_no_memory() -> None:
    tally = Tally(FakeClock().now, most=10)
    for number in range(1000):
        tally.add("report", Kind.CHALLENGED, Sender(f"{number}", f"10.0.{number}"))
    counts = {one.mark.sender.shown: one.count for one in tally.drain()}
    assert (len(counts), counts["…"], sum(counts.values())) == (11, 990, 1000)


async def test_meters_are_bounded_and_the_one_used_longest_ago_goes_first() -> None:
    quotas = MemoryQuotas(lambda: 0.0, most=2)
    for key in ("a", "b", "a", "c"):
        await quotas.take([Charge(key, 1, 9, 1)])
    levels = (await quotas.take([Charge("a", 1, 9, 1), Charge("b", 1, 9, 1)])).levels
    assert levels == (2.0, 0.0)


async def test_a_turn_writes_what_happened_once() -> None:
    books, ledger = books_of(FakeClock())
    books.tally.add("report", Kind.CHALLENGED, ONE)
    await books.turn()
    await books.turn()
    assert [one.count for one in ledger.counts] == [1]


async def test_what_could_not_be_written_is_written_later() -> None:
    books, ledger = books_of(FakeClock())
    ledger.away = True
    books.tally.add("report", Kind.CHALLENGED, ONE)
    await books.turn()
    books.tally.add("report", Kind.CHALLENGED, ONE)
    ledger.away = False
    await books.turn()
    assert [one.count for one in ledger.counts] == [2]


async def test_a_turn_learns_who_may_pass() -> None:
    clock = FakeClock()
    books, ledger = books_of(clock)
    ledger.given = {ONE.key: START + timedelta(hours=1)}
    await books.turn()
    assert (books.passes.hold(ONE.key, clock.now()), books.passes.hold(OTHER.key, clock.now())) == (True, False)
    clock.move(3600)
    assert not books.passes.hold(ONE.key, clock.now())


async def test_old_lines_are_forgotten() -> None:
    clock = FakeClock()
    books, ledger = books_of(clock)
    books.tally.add("report", Kind.CHALLENGED, ONE)
    await books.turn()
    clock.move(3 * 24 * 3600)
    await books.turn()
    assert ledger.counts == []
