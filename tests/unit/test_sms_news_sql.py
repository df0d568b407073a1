"""What the tables tell of a sender's reports: how they stand, and what happened to their cases."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from case_api.casepack import read_case_pack
from case_api.dispatch.filing import Filing
from case_api.store.case_views import CaseViews
from case_api.store.dispatching import SqlDispatch
from case_api.store.outbox import Outbox
from case_api.store.sealing import Sealer
from case_api.store.sms_inbox import SqlSmsStore
from case_api.store.sms_news import SqlSmsNews
from intake.model import (
    AnswerOnly,
    AskOperator,
    CaseGlimpse,
    ChaseUp,
    Contact,
    Decision,
    Intent,
    Origin,
    Report,
    Understanding,
)
from intake.model.sms import InboundSms, OutboundSms, SmsKind, TakenSms
from intake.pack import Faults
from tests.fakes.bus import FakeBus
from tests.fakes.clock import START, FakeClock
from tests.fakes.samples import TEXT, open_or_attach, understood
from tests.fakes.stores import KEY, SqlStores, sql_stores

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny_city"
PHONE = "13812345678"


@dataclasses.dataclass(frozen=True)
class Office:
    """The stores of one city on a file."""

    stores: SqlStores
    sms: SqlSmsStore
    news: SqlSmsNews
    dispatch: SqlDispatch
    outbox: Outbox

    async def report(self, key: str, decision: Decision | None = None, **changes: object) -> str:
        """A report that became this: a case, unless told otherwise; its tracking number."""
        now = self.stores.clock.now()
        told = Report(f"r-{key}", Origin("sms", key, now), Contact(PHONE), f"{TEXT}{key}")
        told = dataclasses.replace(told, **changes)  # type: ignore[arg-type]
        receipt = await self.stores.reports.add(told, b"raw")

        def decide(one: Understanding, known: Sequence[CaseGlimpse]) -> Decision:
            return decision or open_or_attach(one, ())

        await self.stores.cases.settle([understood(told)], decide)
        message = InboundSms(key, PHONE, "12319", told.text, now)
        await self.sms.keep(TakenSms(message, SmsKind.REPORT, told.id))
        self.stores.clock.move(1)
        return receipt.tracking_number

    def message(self, phone: str = PHONE) -> InboundSms:
        return InboundSms("asking", phone, "12319", "查询", self.stores.clock.now())

    async def do(self, statement: str) -> None:
        await self.stores.database.write(lambda connection: connection.execute(text(statement)))

    async def announce(self) -> None:
        while await self.outbox.relay():
            pass


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    stores = sql_stores(tmp_path / "hub.db", FakeClock())
    pack = read_case_pack(TINY, Faults())
    assert pack is not None
    sealer, views, clock = Sealer.from_key(KEY), CaseViews(pack), stores.clock
    filing = Filing(pack.catalogue, pack.responsibility, pack.calendar)
    yield Office(
        stores,
        SqlSmsStore(stores.database, sealer, views, clock),
        SqlSmsNews(stores.database, pack, sealer, clock, 0.6),
        SqlDispatch(stores.database, pack, filing, views, FakeBus(), clock),
        Outbox(stores.database, FakeBus()),
    )
    stores.database.close()


async def test_a_number_sees_how_its_report_stands(office: Office) -> None:
    number = await office.report("k1")
    found = await office.sms.progress(office.message(), None)
    assert found is not None
    assert (found.tracking_number, found.report_id, found.case_number) == (number, "r-k1", "26112400001")
    assert (found.stage, found.stage_en) == ("已立案，等待派遣", "a case is open, awaiting dispatch")
    assert (found.text, found.final) == (f"{TEXT}k1", False)


async def test_a_number_sees_nothing_of_others(office: Office) -> None:
    number = await office.report("k1")
    assert await office.sms.progress(office.message("13900000000"), None) is None
    assert await office.sms.progress(office.message("13900000000"), number) is None


async def test_the_latest_report_counts_those_that_are_open_first(office: Office) -> None:
    first = await office.report("k1")
    second = await office.report("k2", AskOperator("在哪里", (), ()))
    await office.report("k3", AnswerOnly(Intent.CONSULTATION, ()))
    found = await office.sms.progress(office.message(), None)
    assert found is not None
    assert (found.tracking_number, found.stage) == (second, "已收到，坐席核对中")
    by_number = await office.sms.progress(office.message(), first)
    assert by_number is not None
    assert by_number.report_id == "r-k1"


async def test_a_chase_up_is_not_a_report_that_is_asked_about(office: Office) -> None:
    number = await office.report("k1")
    await office.report("k2", ChaseUp("26112400001", ()))
    found = await office.sms.progress(office.message(), None)
    assert found is not None
    assert found.tracking_number == number


async def test_a_case_that_is_closed_is_final(office: Office) -> None:
    await office.report("k1")
    await office.do("UPDATE case_file SET open = 0")
    found = await office.sms.progress(office.message(), None)
    assert found is not None
    assert found.final


async def test_a_report_of_the_web_with_this_number_counts_too(office: Office) -> None:
    number = await office.report("k1", origin=Origin("web", "k1", START))
    found = await office.sms.progress(office.message(), number)
    assert found is not None
    assert found.report_id == "r-k1"


async def test_who_reported_by_sms_hears_once_that_the_case_was_dispatched(office: Office) -> None:
    assert await office.news.milestones(10) == ((), None)
    number = await office.report("k1")
    await office.report("web", origin=Origin("web", "w1", START))
    await office.announce()
    events, position = await office.news.milestones(10)
    assert (events, position) == ([], 2)
    await office.news.tell((), 2)
    await office.dispatch.dispatch("26112400001", 1, "li", None, "")
    await office.announce()
    (event,), position = await office.news.milestones(10)
    assert (event.tracking_number, event.sender, event.receiver, event.case_number, event.position) == (
        (number, PHONE, "12319", "26112400001", 3)
    )
    assert position == 3
    message = OutboundSms("dispatched:1", PHONE, "已派遣", START)
    await office.news.tell([message], 3)
    await office.news.tell([message], 3)
    assert await office.news.milestones(10) == ([], None)
    rows = await office.stores.database.read(
        lambda connection: connection.execute(text("SELECT count(*) FROM sms_outbound")).scalar_one()
    )
    assert rows == 1


async def test_what_happened_before_sms_began_is_told_to_nobody(office: Office) -> None:
    await office.report("k1")
    await office.dispatch.dispatch("26112400001", 1, "li", None, "")
    await office.announce()
    assert await office.news.milestones(10) == ((), None)
    assert await office.news.milestones(10) == ([], None)


async def test_a_report_that_waits_at_the_desk_for_more_than_a_day_is_not_asked_for_its_place(office: Office) -> None:
    await office.report("k1", AskOperator("在哪里", (), ()))
    await office.do("""UPDATE desk_item SET found = '{"places": [], "readings": []}'""")
    assert [one.report_id for one in await office.news.unplaced(10)] == ["r-k1"]
    office.stores.clock.move(timedelta(days=1, minutes=5).total_seconds())
    assert await office.news.unplaced(10) == []
