"""What merging cases does, whoever keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from case_api.services import By
from case_api.views import CaseDetailView
from intake.errors import Invalid, NotAllowedNow, NotFound, StaleVersion
from tests.fakes.clock import FakeClock
from tests.fakes.merging_desk import MemoryDesk, MergingDesk, SqlDeskOfMerging
from tests.fakes.stores import stores_at


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MergingDesk]:
    if request.param == "memory":
        yield MemoryDesk()
        return
    url = f"sqlite:///{tmp_path / 'hub.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    stores = stores_at(url, FakeClock())
    yield SqlDeskOfMerging(stores)
    stores.database.close()


async def by(desk: MergingDesk, number: str) -> By:
    return By("li", (await desk.cases.one(number)).version, "同一个井盖")


async def merge(desk: MergingDesk, number: str, into: str) -> CaseDetailView:
    return await desk.merging.merge(number, into, await by(desk, number))


async def unmerge(desk: MergingDesk, number: str) -> CaseDetailView:
    return await desk.merging.unmerge(number, await by(desk, number))


def held(view: CaseDetailView) -> tuple[str, list[str], int, str | None]:
    return view.state, view.report_ids, view.report_count, view.merged_into


def clocks(view: CaseDetailView) -> tuple[object, object]:
    return view.opened_at, view.due_at


async def test_every_report_goes_along_and_the_merged_case_says_where(desk: MergingDesk) -> None:
    first, second = await desk.open("r1", "r2"), await desk.open("r3", "r4")
    gone = await merge(desk, second, first)
    assert held(gone) == ("merged", [], 0, first)
    kept = await desk.cases.one(first)
    assert held(kept) == ("filed", ["r1", "r2", "r3", "r4"], 4, None)
    assert kept.merged == [second]


async def test_the_case_that_stays_keeps_the_earlier_promise(desk: MergingDesk) -> None:
    first, second = await desk.open("r1"), await desk.open("r2")
    earlier = clocks(await desk.cases.one(first))
    assert earlier < clocks(await desk.cases.one(second))
    await merge(desk, first, second)
    assert clocks(await desk.cases.one(second)) == earlier


async def test_unmerging_gives_each_its_reports_and_clocks_again(desk: MergingDesk) -> None:
    first, second = await desk.open("r1", "r2"), await desk.open("r3")
    before = [await desk.cases.one(number) for number in (first, second)]
    await merge(desk, first, second)
    await unmerge(desk, first)
    after = [await desk.cases.one(number) for number in (first, second)]
    assert [(held(one), clocks(one), one.merged) for one in after] == [(held(one), clocks(one), []) for one in before]


async def test_reports_that_came_after_the_merge_stay_where_they_came(desk: MergingDesk) -> None:
    first, second = await desk.open("r1"), await desk.open("r2")
    await merge(desk, second, first)
    await desk.join(first, "r3")
    await unmerge(desk, second)
    assert (await desk.cases.one(first)).report_ids == ["r1", "r3"]
    assert (await desk.cases.one(second)).report_ids == ["r2"]


async def test_merging_again_and_unmerging_again_change_nothing(desk: MergingDesk) -> None:
    first, second = await desk.open("r1"), await desk.open("r2")
    once = await merge(desk, second, first)
    kept = await desk.cases.one(first)
    assert await desk.merging.merge(second, first, By("wang", 1)) == once
    assert await desk.cases.one(first) == kept
    apart = await unmerge(desk, second)
    assert await desk.merging.unmerge(second, By("wang", 1)) == apart


async def test_merges_of_several_into_one_come_apart_in_any_order(desk: MergingDesk) -> None:
    first, second, third = await desk.open("r1"), await desk.open("r2"), await desk.open("r3")
    own = [clocks(await desk.cases.one(number)) for number in (first, second, third)]
    await merge(desk, first, third)
    await merge(desk, second, third)
    assert clocks(await desk.cases.one(third)) == own[0]
    await unmerge(desk, first)
    kept = await desk.cases.one(third)
    assert (clocks(kept), sorted(kept.report_ids), kept.merged) == (own[1], ["r2", "r3"], [second])
    await unmerge(desk, second)
    assert [clocks(await desk.cases.one(number)) for number in (first, second, third)] == own


async def test_a_case_that_took_others_in_can_be_merged_and_its_own_must_wait_until_that_is_undone(
    desk: MergingDesk,
) -> None:
    first, second, third = await desk.open("r1"), await desk.open("r2"), await desk.open("r3")
    await merge(desk, third, second)
    await merge(desk, second, first)
    assert (await desk.cases.one(first)).report_ids == ["r1", "r2", "r3"]
    with pytest.raises(NotAllowedNow):
        await unmerge(desk, third)
    await unmerge(desk, second)
    await unmerge(desk, third)
    reports = [(await desk.cases.one(number)).report_ids for number in (first, second, third)]
    assert reports == [["r1"], ["r2"], ["r3"]]


async def test_a_case_seen_before_somebody_changed_it_is_not_merged(desk: MergingDesk) -> None:
    first, second = await desk.open("r1"), await desk.open("r2")
    seen = await by(desk, second)
    await desk.join(second, "r3")
    with pytest.raises(StaleVersion):
        await desk.merging.merge(second, first, seen)
    assert held(await desk.cases.one(second)) == ("filed", ["r2", "r3"], 2, None)


async def test_a_case_cannot_join_itself_nor_one_that_is_merged_nor_one_that_is_not_there(desk: MergingDesk) -> None:
    first, second, third = await desk.open("r1"), await desk.open("r2"), await desk.open("r3")
    with pytest.raises(Invalid):
        await merge(desk, first, first)
    await merge(desk, second, first)
    with pytest.raises(NotAllowedNow):
        await merge(desk, third, second)
    with pytest.raises(NotFound):
        await merge(desk, third, "26112499999")


async def test_a_report_that_is_not_of_a_case_leaves_it_and_opens_its_own(desk: MergingDesk) -> None:
    first = await desk.open("r1", "r2", "r3")
    opened = await desk.merging.detach(first, "r2", await by(desk, first))
    assert (opened.number != first, held(opened)) == (True, ("filed", ["r2"], 1, None))
    assert held(await desk.cases.one(first)) == ("filed", ["r1", "r3"], 2, None)


async def test_the_report_that_opened_a_case_and_one_of_another_case_cannot_leave(desk: MergingDesk) -> None:
    first, second = await desk.open("r1", "r2"), await desk.open("r3")
    with pytest.raises(NotAllowedNow):
        await desk.merging.detach(first, "r1", await by(desk, first))
    with pytest.raises(NotFound):
        await desk.merging.detach(second, "r2", await by(desk, second))
    assert (await desk.cases.one(first)).report_ids == ["r1", "r2"]


async def test_a_report_that_left_meanwhile_does_not_come_along_when_the_merge_is_undone(desk: MergingDesk) -> None:
    first, second = await desk.open("r1"), await desk.open("r2", "r3")
    await merge(desk, second, first)
    alone = await desk.merging.detach(first, "r3", await by(desk, first))
    await unmerge(desk, second)
    reports = [(await desk.cases.one(number)).report_ids for number in (first, second, alone.number)]
    assert reports == [["r1"], ["r2"], ["r3"]]
