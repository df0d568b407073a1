"""A burst of reports on one place raises one alarm, which ends by itself."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_api.store.bursts import Bursts, HotSpotRules, Sighting
from case_api.store.hot_spots import SqlHotSpots
from case_api.store.outbox import Outbox
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.merging_desk import SqlDeskOfMerging
from tests.fakes.stores import sql_stores

RULES = HotSpotRules(reports=3, minutes=10, metres=100)
MINUTE = 60_000


def seen(number: str, minute: float, x_metres: int = 0) -> Sighting:
    return Sighting(number, round(minute * MINUTE), x_metres, 0, f"{number}处")


def counted(*sightings: Sighting) -> Bursts:
    bursts = Bursts(RULES)
    for one in sightings:
        bursts.add(one)
    return bursts


def test_reports_of_neighbouring_cases_count_together_and_the_case_with_most_is_named() -> None:
    (burst,) = counted(seen("1", 0), seen("2", 1, 90), seen("2", 2, 90)).found([])
    assert (burst.case_number, burst.address, burst.reports, burst.cases) == ("2", "2处", 3, ("1", "2"))


def test_reports_farther_away_do_not_count() -> None:
    assert counted(seen("1", 0), seen("1", 1), seen("2", 2, 101)).found([]) == []


def test_reports_longer_ago_do_not_count() -> None:
    bursts = counted(seen("1", 0), seen("1", 6), seen("1", 11))
    bursts.forget(11 * MINUTE)
    assert bursts.found([]) == []


def test_one_place_is_one_burst_however_many_cases_it_has() -> None:
    many = [seen(str(number), 0, number * 40) for number in range(6)]
    assert len(counted(*many).found([])) == 1


def test_a_place_that_is_known_to_burn_is_not_found_again() -> None:
    assert counted(seen("1", 0), seen("1", 1), seen("1", 2)).found([(150, 0)]) == []


def test_what_has_been_looked_at_is_not_found_again_until_somebody_tells_of_it() -> None:
    bursts = counted(seen("1", 0), seen("1", 1), seen("1", 2))
    bursts.settle()
    assert bursts.found([]) == []
    bursts.add(seen("1", 3))
    assert [burst.reports for burst in bursts.found([])] == [4]


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 30)), max_size=30))
def test_whatever_comes_bursts_reach_the_rule_and_lie_apart(told: list[tuple[int, float]]) -> None:
    told.sort(key=lambda one: one[1])
    bursts = counted(*(seen(str(number), minute, number * 97) for number, minute in told))
    bursts.forget(30 * MINUTE)
    found = bursts.found([])
    assert all(burst.reports >= RULES.reports for burst in found)
    places = sorted(burst.x_metres for burst in found)
    assert all(right - left > 2 * RULES.metres for left, right in itertools.pairwise(places))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SqlDeskOfMerging]:
    stores = sql_stores(tmp_path / "hub.db", FakeClock())
    yield SqlDeskOfMerging(stores)
    stores.database.close()


async def swept(desk: SqlDeskOfMerging, spots: SqlHotSpots) -> None:
    """Announce what happened, and let the sweep look at it."""
    outbox = Outbox(desk.stores.database, FakeBus())
    while await outbox.relay():
        pass
    while await spots.sweep():
        pass


def sweeper(desk: SqlDeskOfMerging) -> SqlHotSpots:
    return SqlHotSpots(desk.stores.database, desk.clock, FakeBus(), RULES)


async def kinds(desk: SqlDeskOfMerging, number: str) -> list[str]:
    return [event.kind for event in await desk.cases.history(number)]


async def test_a_burst_raises_one_alarm_which_grows_and_ends_when_it_is_quiet(desk: SqlDeskOfMerging) -> None:
    spots = sweeper(desk)
    number = await desk.open("r1", "r2")
    desk.clock.move(-3600)
    await swept(desk, spots)
    assert await spots.active() == []
    await desk.join(number, "r3")
    await swept(desk, spots)
    (alarm,) = await spots.active()
    assert (alarm.case_number, alarm.reports, alarm.cases) == (number, 3, 1)
    await desk.join(number, "r4")
    await swept(desk, spots)
    (grown,) = await spots.active()
    assert (grown.id, grown.reports) == (alarm.id, 4)
    desk.clock.move(10 * 60)
    await swept(desk, spots)
    assert await spots.active() == []
    assert [kind for kind in await kinds(desk, number) if "hot" in kind] == ["hot_spot", "hot_spot_ended"]


async def test_an_alarm_outlives_a_restart_and_is_not_raised_twice(desk: SqlDeskOfMerging) -> None:
    number = await desk.open("r1", "r2", "r3")
    desk.clock.move(-3600)
    await swept(desk, sweeper(desk))
    again = sweeper(desk)
    await swept(desk, again)
    assert [alarm.case_number for alarm in await again.active()] == [number]
    assert (await kinds(desk, number)).count("hot_spot") == 1


async def test_two_workers_raise_one_alarm(desk: SqlDeskOfMerging) -> None:
    one, other = sweeper(desk), sweeper(desk)
    number = await desk.open("r1", "r2", "r3")
    desk.clock.move(-3600)
    await swept(desk, one)
    await swept(desk, other)
    assert [alarm.case_number for alarm in await other.active()] == [number]
    assert (await kinds(desk, number)).count("hot_spot") == 1
