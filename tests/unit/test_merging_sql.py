"""What hangs on a case that is merged: matching, tracking, history, counts, clocks once it is dispatched."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Connection, text

from case_api.services import By
from case_api.store.merge_rules import check_merge, clocks_with, clocks_without
from case_api.store.verify import verify_history
from intake.errors import NotAllowedNow
from intake.model import CaseGlimpse, ChaseUp, Contact, Decision, Intent, Understanding
from tests.fakes.clock import FakeClock
from tests.fakes.merging_desk import SqlDeskOfMerging
from tests.fakes.samples import a_classification, a_report, open_or_attach, understood
from tests.fakes.stores import sql_stores


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SqlDeskOfMerging]:
    stores = sql_stores(tmp_path / "hub.db", FakeClock())
    yield SqlDeskOfMerging(stores)
    stores.database.close()


async def rows(desk: SqlDeskOfMerging, query: str) -> list[tuple[object, ...]]:
    def work(connection: Connection) -> list[tuple[object, ...]]:
        return [tuple(row) for row in connection.execute(text(query))]

    return await desk.stores.database.read(work)


async def by(desk: SqlDeskOfMerging, number: str) -> By:
    return By("li", (await desk.cases.one(number)).version)


async def merged(desk: SqlDeskOfMerging) -> tuple[str, str]:
    """Two cases, the second merged into the first."""
    first, second = await desk.open("r1"), await desk.open("r2", "r3")
    await desk.merging.merge(second, first, await by(desk, second))
    return first, second


async def test_outcomes_follow_their_reports_there_and_back_and_their_traces_say_why(desk: SqlDeskOfMerging) -> None:
    first, second = await merged(desk)
    outcomes = "SELECT report_id, kind, case_number FROM outcome ORDER BY report_id"
    assert await rows(desk, outcomes) == [("r1", "open", first), ("r2", "open", first), ("r3", "attach", first)]
    await desk.merging.unmerge(second, await by(desk, second))
    assert await rows(desk, outcomes) == [("r1", "open", first), ("r2", "open", second), ("r3", "attach", second)]
    ((trace,),) = await rows(desk, "SELECT trace FROM outcome WHERE report_id = 'r3'")
    steps = [(one["found"], one["reasons"]) for one in orjson.loads(str(trace)) if one["step"] == "merge"]
    assert steps == [
        (f"{second} → {first}", [f"li把案卷{second}并入{first}"]),
        (f"{first} → {second}", [f"li撤销了案卷{second}的并案"]),
    ]


async def test_reminders_follow_their_case_too_and_are_counted_there(desk: SqlDeskOfMerging) -> None:
    first, second = await desk.open("r1"), await desk.open("r2")
    await desk.settle("r3", ChaseUp(second, ("催",)))
    await desk.merging.merge(second, first, await by(desk, second))
    chased = "SELECT case_number FROM outcome WHERE report_id = 'r3'"
    assert await rows(desk, chased) == [(first,)]
    assert (await desk.cases.one(first)).chase_count == 1
    await desk.merging.unmerge(second, await by(desk, second))
    assert await rows(desk, chased) == [(second,)]
    assert [(await desk.cases.one(number)).chase_count for number in (first, second)] == [0, 1]


async def test_both_histories_tell_of_it_and_are_whole(desk: SqlDeskOfMerging, tmp_path: Path) -> None:
    first, second = await merged(desk)
    await desk.merging.unmerge(second, await by(desk, second))
    kinds = [[event.kind for event in await desk.cases.history(number)] for number in (first, second)]
    assert kinds == [
        ["opened", "case_merged", "case_unmerged"],
        ["opened", "report_attached", "merged_into", "unmerged"],
    ]
    proof = await desk.stores.database.read(lambda connection: verify_history(connection, tmp_path / "anchors.log"))
    assert (proof.cases, proof.events, proof.faults) == (2, 7, [])
    assert await rows(desk, "SELECT count(*) FROM outbox") == [(7,)]


async def test_a_merged_case_is_not_met_any_more_until_it_stands_by_itself(desk: SqlDeskOfMerging) -> None:
    _, second = await merged(desk)
    met: list[list[str]] = []

    def look(one: Understanding, near: Sequence[CaseGlimpse]) -> Decision:
        met.append([glimpse.number for glimpse in near])
        return open_or_attach(one, near[:0])

    await desk.stores.cases.settle([await desk.told("r4", east_metres=3000.0)], look)
    await desk.merging.unmerge(second, await by(desk, second))
    await desk.stores.cases.settle([await desk.told("r5", east_metres=3000.0)], look)
    assert (met[0], second in met[1]) == ([], True)


async def test_the_summary_of_open_cases_follows(desk: SqlDeskOfMerging) -> None:
    counts = "SELECT state, n FROM case_count WHERE n > 0"
    _, second = await merged(desk)
    assert await rows(desk, counts) == [("filed", 1)]
    await desk.merging.unmerge(second, await by(desk, second))
    assert await rows(desk, counts) == [("filed", 2)]


CASE = {"number": "1", "open": True, "state": "filed", "merged_into": None, "due_ms": 20, "opened_ms": 10}
KEPT = {**CASE, "number": "2", "due_ms": 30, "opened_ms": 15, "own_due_ms": None, "own_opened_ms": None}


def test_a_case_that_its_unit_has_takes_others_in_but_does_not_go_into_one_that_waits() -> None:
    dispatched = {**CASE, "state": "dispatched"}
    check_merge(KEPT, dispatched)
    with pytest.raises(NotAllowedNow, match="请反过来：把2并入1"):
        check_merge(dispatched, KEPT)


def test_a_closed_case_is_not_merged() -> None:
    with pytest.raises(NotAllowedNow):
        check_merge({**CASE, "open": False}, KEPT)


def test_a_due_time_that_was_set_anew_after_the_merge_stays_when_it_is_undone() -> None:
    merged_row = {**KEPT, **clocks_with(KEPT, CASE)}
    assert (merged_row["due_ms"], merged_row["opened_ms"], merged_row["own_due_ms"]) == (20, 10, 30)
    dispatched = {**merged_row, "due_ms": 99}
    apart = clocks_without(dispatched, CASE, [])
    assert (apart["due_ms"], apart["opened_ms"], apart["own_due_ms"]) == (99, 15, None)


@dataclasses.dataclass(frozen=True)
class Chase:
    """A reminder, and the case it must find."""

    words: str
    phone: str | None
    finds: bool


@pytest.mark.parametrize(
    "chase",
    [
        Chase("催单，{case}怎么还没处理", None, True),
        Chase("查询号{tracking}的事催一下", None, True),
        Chase("我上次说的那个事怎么还没人来", "13812345678", True),
        Chase("我上次说的那个事怎么还没人来", "13900000000", False),
        Chase("催单，26112499999怎么还没处理", None, False),
    ],
)
async def test_a_reminder_finds_its_case_by_number_or_by_its_sender(desk: SqlDeskOfMerging, chase: Chase) -> None:
    one = await desk.told("r1", phone="13812345678")
    (settled,) = await desk.stores.cases.settle([one], open_or_attach)
    ((tracking,),) = await rows(desk, "SELECT tracking_number FROM report")
    words = chase.words.format(case=settled.case_number, tracking=tracking)
    report = dataclasses.replace(a_report("r2", words, desk.clock.now()), contact=Contact(chase.phone))
    await desk.stores.reports.add(report, b"")
    told = understood(report, classification=a_classification(intent=Intent.CHASE_UP))
    met: list[str] = []

    def look(_: Understanding, near: Sequence[CaseGlimpse]) -> Decision:
        met.extend(glimpse.number for glimpse in near if glimpse.own or glimpse.named)
        return ChaseUp(str(settled.case_number), ())

    await desk.stores.cases.settle([dataclasses.replace(told, location=None)], look)
    assert met == ([settled.case_number] if chase.finds else [])
