"""What every reader of requests does, and what the one on SQL makes of cases."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from case_api.casepack import read_case_pack
from case_api.store.service_requests import SqlServiceRequests, within_query
from intake.channels.open311 import Sandbox, ServiceRequestReader
from intake.ids import new_report_id
from intake.model import (
    AnswerOnly,
    AskOperator,
    AttachToCase,
    CaseGlimpse,
    ChaseUp,
    Contact,
    Decision,
    Intent,
    OpenCase,
    Origin,
    Report,
    RequestFilter,
    Understanding,
)
from intake.pack import Faults
from tests.fakes.clock import START, FakeClock
from tests.fakes.samples import a_guess, a_location, understood
from tests.fakes.service_request_reader import FakeServiceRequestReader, request_of
from tests.fakes.stores import SqlStores, stores_at

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny_city"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """A reader, and how a report gets there; `tell` answers its number."""

    reader: ServiceRequestReader
    tell: Callable[[Report], Awaitable[str]]


@dataclass(frozen=True)
class Settling:
    """The reader on SQL beside the stores it reads."""

    reader: SqlServiceRequests
    stores: SqlStores

    async def settle(self, report: Report, decision: Decision) -> str:
        """Tell a report and let it become this; its number."""

        def decide(one: Understanding, known: Sequence[CaseGlimpse]) -> Decision:
            return decision

        receipt = await self.stores.reports.add(report, b"raw")
        await self.stores.cases.settle([understood(report)], decide)
        return receipt.tracking_number

    async def case_of(self, number: str) -> str:
        (request,) = await self.reader.by_numbers([number])
        assert request.case_number is not None
        return request.case_number

    async def close_case(self, case: str) -> None:
        statement = text("UPDATE case_file SET open = :no WHERE number = :n")
        await self.stores.database.write(lambda connection: connection.execute(statement, {"no": False, "n": case}))


def settling(url: str) -> Settling:
    stores = stores_at(url, FakeClock())
    pack = read_case_pack(TINY, Faults())
    assert pack is not None
    return Settling(SqlServiceRequests(stores.database, pack), stores)


def in_memory() -> Told:
    fake = FakeServiceRequestReader()

    async def tell(report: Report) -> str:
        number = f"{len(fake.requests) + 1:012d}"
        if "update_of" not in report.answers:
            fake.requests.append(request_of(report, number))
        return number

    return Told(fake, tell)


def in_sandbox() -> Told:
    sandbox = Sandbox()

    async def tell(report: Report) -> str:
        return (await sandbox.accept(report, b"raw")).tracking_number

    return Told(sandbox, tell)


def url_of(request: pytest.FixtureRequest, folder: Path) -> str:
    return f"sqlite:///{folder / 'hub.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture(params=["sqlite", "postgres"])
def sql(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settling]:
    opened = settling(url_of(request, tmp_path))
    yield opened
    opened.stores.database.close()


@pytest.fixture(params=["memory", "sandbox", "sqlite", "postgres"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Told]:
    """Each reader in turn, on empty data."""
    if request.param in ("memory", "sandbox"):
        yield in_memory() if request.param == "memory" else in_sandbox()
        return
    opened = settling(url_of(request, tmp_path))

    async def tell(report: Report) -> str:
        return (await opened.stores.reports.add(report, b"raw")).tracking_number

    yield Told(opened.reader, tell)
    opened.stores.database.close()


def a_request(words: str = "井盖不见了", at: datetime = START, **changes: object) -> Report:
    """A report of Open311 told at this moment."""
    report_id = new_report_id(at)
    report = Report(report_id, Origin("open311", f"li/{report_id}", at), Contact(), words)
    return dataclasses.replace(report, **changes)  # type: ignore[arg-type]


def days(first: float, last: float, **changes: object) -> RequestFilter:
    """From so many days after the start to so many."""
    return dataclasses.replace(RequestFilter(START + first * DAY, START + last * DAY), **changes)  # type: ignore[arg-type]


async def words_within(reader: ServiceRequestReader, where: RequestFilter) -> list[str]:
    return [one.told.text for one in await reader.within(where)]


async def test_requests_come_newest_first_and_no_more_than_asked(told: Told) -> None:
    for day in range(4):
        await told.tell(a_request(f"第{day}天", START + day * DAY))
    assert await words_within(told.reader, days(0, 3)) == ["第3天", "第2天", "第1天", "第0天"]
    assert await words_within(told.reader, days(0, 3, limit=2)) == ["第3天", "第2天"]


async def test_both_ends_of_the_time_are_included(told: Told) -> None:
    for day in range(4):
        await told.tell(a_request(f"第{day}天", START + day * DAY))
    assert await words_within(told.reader, days(1, 2)) == ["第2天", "第1天"]
    assert await words_within(told.reader, days(1.001, 1.999)) == []


async def test_a_confidential_request_is_in_no_list_but_known_by_its_number(told: Told) -> None:
    number = await told.tell(a_request(contact=Contact("13805951234", confidential=True)))
    assert await told.reader.within(days(-1, 1)) == []
    assert [one.confidential for one in await told.reader.by_numbers([number])] == [True]


async def test_an_update_of_a_request_is_no_request(told: Told) -> None:
    number = await told.tell(a_request("井盖不见了"))
    await told.tell(a_request("催办", answers={"update_of": number}))
    assert await words_within(told.reader, days(-1, 1)) == ["井盖不见了"]


async def test_numbers_that_nobody_has_are_left_out(told: Told) -> None:
    first = await told.tell(a_request("一", START))
    second = await told.tell(a_request("二", START + DAY))
    found = await told.reader.by_numbers([first, "nothing", second, first])
    assert [(one.number, one.told.text) for one in found] == [(second, "二"), (first, "一")]


async def test_the_request_of_a_report_is_found(told: Told) -> None:
    report = a_request()
    number = await told.tell(report)
    found = await told.reader.by_report(report.id)
    assert (found.number if found else None, await told.reader.by_report("0" * 26)) == (number, None)


async def test_a_waiting_request_is_open_and_masked(told: Told) -> None:
    number = await told.tell(a_request("请打13805951234"))
    (one,) = await told.reader.by_numbers([number])
    shown = (one.open, one.stage, one.told.text, one.case_number, one.category, one.received_at, one.changed_at)
    assert shown == (True, "received", "请打138****1234", None, None, START, START)


async def test_categories_are_those_that_were_told_while_there_is_no_case(told: Told) -> None:
    await told.tell(a_request("井盖", START, answers={"category": "部件0101"}))
    await told.tell(a_request("路灯", START + DAY, answers={"category": "部件0118"}))
    await told.tell(a_request("别的", START + 2 * DAY))
    assert await words_within(told.reader, days(0, 2, categories=frozenset({"部件0101"}))) == ["井盖"]
    assert await words_within(told.reader, days(0, 2, categories=frozenset({"部件0101", None}))) == ["别的", "井盖"]
    assert await words_within(told.reader, days(0, 2, categories=frozenset({"部件0101", "部件0118"}))) == [
        "路灯",
        "井盖",
    ]


async def test_a_waiting_request_was_received_and_no_more(told: Told) -> None:
    number = await told.tell(a_request())
    steps = await told.reader.steps(number)
    assert ([(one.at, one.stage, one.open) for one in steps], await told.reader.steps("nothing")) == (
        [(START, "received", True)],
        [],
    )


def opens() -> OpenCase:
    guess = a_guess()
    return OpenCase(a_location(), guess, understood(a_request()).classification.urgency, (), ())


async def test_a_case_lends_its_request_category_place_and_unit(sql: Settling) -> None:
    number = await sql.settle(a_request(), opens())
    (one,) = await sql.reader.by_numbers([number])
    assert (one.open, one.stage, one.stage_name_en) == (True, "filed", "a case is open, awaiting dispatch")
    assert one.category is not None
    assert (one.category.key, one.category.name) == ("部件0101", "上水井盖")
    assert one.place is not None
    assert (one.place.address, one.place.address_id) == ("青新社区", a_location().cell)
    assert one.unit is not None


async def test_what_is_no_case_is_closed_when_it_was_answered(sql: Settling) -> None:
    number = await sql.settle(a_request(), AnswerOnly(Intent.PRAISE, ()))
    (one,) = await sql.reader.by_numbers([number])
    assert (one.open, one.stage) == (False, "answered")
    assert [(step.stage, step.open) for step in await sql.reader.steps(number)] == [
        ("received", True),
        ("answered", False),
    ]


async def test_what_the_desk_is_asked_about_is_open(sql: Settling) -> None:
    number = await sql.settle(a_request(), AskOperator("在哪里？", (), ()))
    assert [(one.open, one.stage) for one in await sql.reader.by_numbers([number])] == [(True, "asking")]


async def test_a_list_may_keep_to_open_or_closed_requests(sql: Settling) -> None:
    await sql.settle(a_request("开着", START), opens())
    done = await sql.settle(a_request("办结", START + DAY), opens())
    await sql.close_case(await sql.case_of(done))
    await sql.settle(a_request("谢谢", START + 2 * DAY), AnswerOnly(Intent.PRAISE, ()))
    await sql.stores.reports.add(a_request("等着", START + 3 * DAY), b"raw")
    assert await words_within(sql.reader, days(0, 3, open=True)) == ["等着", "开着"]
    assert await words_within(sql.reader, days(0, 3, open=False)) == ["谢谢", "办结"]


async def test_the_category_of_the_case_counts_before_what_was_told(sql: Settling) -> None:
    await sql.settle(a_request(answers={"category": "部件0118"}), opens())
    assert await words_within(sql.reader, days(-1, 1, categories=frozenset({"部件0118", None}))) == []
    assert await words_within(sql.reader, days(-1, 1, categories=frozenset({"部件0101"}))) == ["井盖不见了"]


async def test_a_reminder_is_a_step_and_the_reports_of_others_are_not(sql: Settling) -> None:
    number = await sql.settle(a_request(), opens())
    case = await sql.case_of(number)
    other = await sql.settle(a_request("我也看到", START + DAY), AttachToCase(case, 1.0, ()))
    await sql.settle(a_request("怎么还没修", START + 2 * DAY, answers={"update_of": number}), ChaseUp(case, ()))
    assert [one.stage for one in await sql.reader.steps(number)] == ["received", "opened", "chased_up"]
    assert [one.stage for one in await sql.reader.steps(other)] == [
        "received",
        "opened",
        "report_attached",
        "chased_up",
    ]


async def test_every_table_of_a_list_is_reached_along_an_index(tmp_path: Path) -> None:
    opened = settling(f"sqlite:///{tmp_path / 'hub.db'}")
    where = days(-90, 0, open=True, categories=frozenset({"部件0101"}))
    found = await opened.stores.database.read(
        lambda connection: [
            str(row[-1]).split("(")[0].split(" USING ")
            for row in connection.exec_driver_sql(
                "EXPLAIN QUERY PLAN "
                + str(within_query(where).compile(connection, compile_kwargs={"literal_binds": True}))
            )
        ],
    )
    opened.stores.database.close()
    assert [(step[0], "INDEX" in step[1]) for step in found] == [
        ("SEARCH report", True),
        ("SEARCH outcome", True),
        ("SEARCH case_file", True),
    ]
