"""What every store of short messages does: what came in, what goes out, what was asked."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from case_api.casepack import read_case_pack
from case_api.store.case_views import CaseViews
from case_api.store.sealing import Sealer
from case_api.store.sms_inbox import SqlSmsStore
from case_api.store.sms_news import SqlSmsNews
from case_api.store.sms_queue import SqlSmsQueue
from intake.channels.sms import SmsNews, SmsQueue, SmsStore
from intake.model import (
    AskOperator,
    CaseGlimpse,
    Contact,
    Correction,
    Decision,
    Origin,
    Report,
    Understanding,
    WaitingReport,
)
from intake.model.sms import (
    Delivery,
    DueSms,
    InboundSms,
    JoinPlace,
    OutboundSms,
    QueueFigures,
    Sent,
    Situation,
    SmsKind,
    TakenSms,
    Unplaced,
)
from intake.pack import Faults
from intake.ports import CaseStore, ReportStore
from tests.fakes.case_store import FakeCaseStore
from tests.fakes.clock import START, FakeClock
from tests.fakes.report_store import FakeReportStore
from tests.fakes.samples import a_location, open_or_attach, understood
from tests.fakes.sms_store import FakeSmsStore
from tests.fakes.stores import KEY, stores_at

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny_city"
PHONE, OTHER_PHONE = "13812345678", "13900000000"
LEASE_SECONDS = 60.0
SINCE = START - timedelta(minutes=10)


@dataclass(frozen=True)
class Sms:
    """The three ports on one set of data, beside the stores of reports and cases."""

    store: SmsStore
    queue: SmsQueue
    news: SmsNews
    reports: ReportStore
    cases: CaseStore
    clock: FakeClock
    second: Callable[[], Sms]

    async def report(self, key: str, words: str = "路灯坏了", phone: str = PHONE) -> Report:
        """A report by SMS, with the message that it came in."""
        told = Report(f"r-{key}", Origin("sms", key, self.clock.now()), Contact(phone), words)
        await self.reports.add(told, b"raw")
        await self.store.keep(TakenSms(self.message(words, key, phone), SmsKind.REPORT, told.id))
        return told

    async def at_desk(self, key: str, decision: Decision | None = None) -> Report:
        """A report by SMS that the desk has: for want of a place, unless told otherwise."""
        told = await self.report(key)

        def decide(one: Understanding, known: Sequence[CaseGlimpse]) -> Decision:
            return decision or AskOperator("地点不确定，请确认在哪里。", (), ())

        place = a_location(confidence=0.9 if decision else 0.3)
        await self.cases.settle([understood(told, place)], decide)
        return told

    async def asked(self, key: str) -> Report:
        """A report whose place was asked for."""
        told = await self.at_desk(key)
        (unplaced,) = [one for one in await self.news.unplaced(10) if one.report_id == told.id]
        question = OutboundSms(f"place:{told.id}", PHONE, "在哪里？", self.clock.now())
        assert await self.news.ask([(unplaced, question, self.clock.now() + timedelta(hours=24))]) == 1
        return told

    def message(self, words: str, key: str, phone: str = PHONE) -> InboundSms:
        return InboundSms(key, phone, "12319", words, self.clock.now())

    async def put(self, *names: str, after_seconds: float = 0.0) -> None:
        """Messages to send, as answers to messages that came in."""
        due_at = self.clock.now() + timedelta(seconds=after_seconds)
        for name in names:
            answer = OutboundSms(name, PHONE, f"您好 {name}", due_at, "12319")
            taken = TakenSms(self.message("查询", f"key-{name}"), SmsKind.QUERY, answer=answer)
            assert await self.store.keep(taken)

    async def claimed(self, limit: int = 10) -> list[str]:
        return [one.message.id for one in await self.queue.claim(limit, LEASE_SECONDS)]


def in_memory() -> Sms:
    clock = FakeClock()
    reports = FakeReportStore(clock)
    cases = FakeCaseStore(reports, clock)
    store = FakeSmsStore(reports, cases, clock)

    def again() -> Sms:
        return Sms(store, store, store, reports, cases, clock, again)

    return again()


def on_sql(url: str, clock: FakeClock, opened: list[Callable[[], None]]) -> Sms:
    stores = stores_at(url, clock)
    opened.append(stores.database.close)
    pack = read_case_pack(TINY, Faults())
    assert pack is not None
    sealer = Sealer.from_key(KEY)
    return Sms(
        SqlSmsStore(stores.database, sealer, CaseViews(pack), clock),
        SqlSmsQueue(stores.database, sealer, clock),
        SqlSmsNews(stores.database, pack, sealer, clock, 0.6),
        stores.reports,
        stores.cases,
        clock,
        lambda: on_sql(url, clock, opened),
    )


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def sms(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sms]:
    opened: list[Callable[[], None]] = []
    match request.param:
        case "memory":
            yield in_memory()
        case "sqlite":
            yield on_sql(f"sqlite:///{tmp_path / 'hub.db'}", FakeClock(), opened)
        case _:
            yield on_sql(request.getfixturevalue("postgres_url"), FakeClock(), opened)
    for close in opened:
        close()


async def test_nothing_is_known_of_a_number_that_never_wrote(sms: Sms) -> None:
    assert await sms.store.situation(sms.message("路灯坏了", "k1"), SINCE) == Situation()


async def test_a_message_is_kept_once_with_its_answer(sms: Sms) -> None:
    await sms.put("a1")
    again = TakenSms(sms.message("查询", "key-a1"), SmsKind.QUERY, answer=OutboundSms("a2", PHONE, "x", START))
    assert await sms.store.keep(again) is False
    (due,) = await sms.queue.claim(10, LEASE_SECONDS)
    assert due == DueSms(OutboundSms("a1", PHONE, "您好 a1", START, "12319"), 1)


async def test_a_message_that_was_taken_is_known_and_counted(sms: Sms) -> None:
    await sms.report("k1")
    sms.clock.move(60)
    await sms.report("k2")
    same = await sms.store.situation(sms.message("路灯坏了", "k1"), SINCE)
    assert same == Situation(taken=True, reported=True, recent=2)
    recent = await sms.store.situation(sms.message("新的", "k3"), START + timedelta(seconds=30))
    assert recent == Situation(recent=1)
    assert await sms.store.situation(sms.message("新的", "k3", OTHER_PHONE), SINCE) == Situation()


async def test_a_report_without_its_message_is_known_as_reported(sms: Sms) -> None:
    told = Report("r1", Origin("sms", "k1", START), Contact(PHONE), "路灯坏了")
    await sms.reports.add(told, b"raw")
    assert await sms.store.situation(sms.message("路灯坏了", "k1"), SINCE) == Situation(reported=True)


async def test_a_report_that_lacks_a_place_is_asked_for_it_once(sms: Sms) -> None:
    told = await sms.at_desk("k1")
    (unplaced,) = await sms.news.unplaced(10)
    assert dataclasses.replace(unplaced, tracking_number="") == Unplaced(told.id, "路灯坏了", PHONE, "12319", "")
    question = OutboundSms(f"place:{told.id}", PHONE, "在哪里？", START)
    until = START + timedelta(hours=24)
    both = await asyncio.gather(
        *(one.news.ask([(unplaced, question, until)]) for one in (sms, sms.second())),
    )
    assert sorted(both) == [0, 1]
    assert await sms.news.unplaced(10) == []
    assert (await sms.store.situation(sms.message("那里", "k2"), SINCE)).question == told.id
    assert await sms.claimed() == [question.id]


async def test_what_is_at_the_desk_for_another_reason_is_not_asked_for(sms: Sms) -> None:
    await sms.at_desk("k1", AskOperator("是否为同一问题？", ("26112400001",), ()))
    assert await sms.news.unplaced(10) == []
    later = await sms.at_desk("k2")
    assert [one.report_id for one in await sms.news.unplaced(10)] == [later.id]


async def test_a_report_of_another_channel_is_not_asked_by_sms(sms: Sms) -> None:
    told = Report("r1", Origin("web", "k1", START), Contact(PHONE), "路灯坏了")
    await sms.reports.add(told, b"raw")
    await sms.cases.settle([understood(told, a_location(confidence=0.1))], lambda *_: AskOperator("在哪里", (), ()))
    assert await sms.news.unplaced(10) == []


async def test_a_question_ends_with_its_time(sms: Sms) -> None:
    await sms.asked("k1")
    sms.clock.move(24 * 3600 + 1)
    assert (await sms.store.situation(sms.message("那里", "k2"), SINCE)).question is None


async def test_the_place_joins_the_report_which_waits_again_and_has_one_outcome_after_all(sms: Sms) -> None:
    told = await sms.asked("k1")
    await sms.claimed()
    joined = OutboundSms("answer:k2", PHONE, "已补充", START)
    late = OutboundSms("answer:k2", PHONE, "坐席已处理", START)
    taken = TakenSms(
        sms.message("青新社区门口", "k2"), SmsKind.PLACE, told.id, JoinPlace(told.id, "青新社区门口", late), joined
    )
    assert [await sms.store.keep(taken), await sms.store.keep(taken)] == [True, False]
    (waiting,) = await sms.reports.claim(10, LEASE_SECONDS)
    fix = Correction("place_words", "青新社区门口", "sms", START)
    assert waiting == WaitingReport(told, (fix,), 1)
    assert (await sms.store.situation(sms.message("x", "k3"), SINCE)).question is None
    (due,) = await sms.queue.claim(10, LEASE_SECONDS)
    assert due.message.text == "已补充"
    settled = await sms.cases.settle([understood(told)], open_or_attach)
    assert [one.case_number for one in settled] == ["26112400001"]
    assert await sms.news.unplaced(10) == []


async def test_two_messages_that_answer_one_question_at_once_leave_one_waiting_report(sms: Sms) -> None:
    told = await sms.asked("k1")
    others = [sms, sms.second()]

    def taken(key: str) -> TakenSms:
        return TakenSms(sms.message("门口", key), SmsKind.PLACE, told.id, JoinPlace(told.id, "门口", None))

    assert await asyncio.gather(*(one.store.keep(taken(f"k{n}")) for n, one in enumerate(others, 2))) == [True, True]
    (waiting,) = await sms.reports.claim(10, LEASE_SECONDS)
    assert [one.value for one in waiting.corrections] == ["门口"] * len(waiting.corrections)
    assert waiting.report.id == told.id


async def test_the_longest_due_is_claimed_first_and_no_more_than_the_limit(sms: Sms) -> None:
    await sms.put("b", "a")
    sms.clock.move(1)
    await sms.put("c")
    await sms.put("later", after_seconds=60)
    assert await sms.claimed(2) == ["a", "b"]
    assert await sms.claimed(2) == ["c"]
    assert await sms.claimed(2) == []


async def test_two_senders_never_have_the_same_message_in_hand(sms: Sms) -> None:
    names = [f"m{n:02d}" for n in range(30)]
    await sms.put(*names)
    both = (sms, sms.second())
    parts = await asyncio.gather(*(one.claimed(7) for one in both * 4))
    assert sorted(name for part in parts for name in part) == names


async def test_a_lease_that_ran_out_is_claimed_again(sms: Sms) -> None:
    await sms.put("a")
    await sms.claimed()
    sms.clock.move(LEASE_SECONDS + 1)
    (due,) = await sms.queue.claim(10, LEASE_SECONDS)
    assert due.attempts == 2


async def test_what_the_gateway_took_is_not_sent_again(sms: Sms) -> None:
    await sms.put("a")
    await sms.claimed()
    await sms.queue.settle(Sent("a", accepted=True))
    sms.clock.move(LEASE_SECONDS + 1)
    assert await sms.claimed() == []
    assert await sms.queue.figures() == QueueFigures()


async def test_what_failed_waits_until_its_time_and_shows_in_the_figures(sms: Sms) -> None:
    await sms.put("a", "b")
    await sms.put("later", after_seconds=600)
    await sms.claimed()
    again_at = START + timedelta(seconds=30)
    await sms.queue.settle(Sent("a", accepted=False, fault="没有应答", again_at=again_at))
    await sms.queue.settle(Sent("b", accepted=False, again_at=START))
    figures = QueueFigures(due=2, later=1, oldest_due_at=START, tries=1, fault="没有应答")
    assert await sms.queue.figures() == figures
    assert await sms.claimed() == ["b"]
    sms.clock.move(31)
    assert [one.attempts for one in await sms.queue.claim(1, LEASE_SECONDS)] == [2]


async def test_what_can_never_be_sent_is_counted_as_failed(sms: Sms) -> None:
    await sms.put("a")
    await sms.claimed()
    await sms.queue.settle(Sent("a", accepted=False, fault="号码无效"))
    sms.clock.move(LEASE_SECONDS + 1)
    assert await sms.claimed() == []
    assert await sms.queue.figures() == QueueFigures(failed=1)


async def test_the_networks_word_may_come_before_our_own_note(sms: Sms) -> None:
    await sms.put("a")
    await sms.claimed()
    assert await sms.queue.delivered("a", Delivery.DELIVERED)
    await sms.queue.settle(Sent("a", accepted=False, fault="超时", again_at=START))
    sms.clock.move(LEASE_SECONDS + 1)
    assert await sms.claimed() == []


async def test_a_message_that_the_network_could_not_deliver_counts_as_failed(sms: Sms) -> None:
    await sms.put("a")
    await sms.claimed()
    await sms.queue.settle(Sent("a", accepted=True))
    assert await sms.queue.delivered("a", Delivery.UNDERWAY)
    assert await sms.queue.delivered("a", Delivery.FAILED)
    assert await sms.queue.figures() == QueueFigures(failed=1)


async def test_a_report_of_a_message_that_nobody_sent_is_not_ours(sms: Sms) -> None:
    assert await sms.queue.delivered("nobody", Delivery.DELIVERED) is False


async def test_numbers_and_texts_are_not_in_the_tables_in_clear(tmp_path: Path) -> None:
    opened: list[Callable[[], None]] = []
    sms = on_sql(f"sqlite:///{tmp_path / 'hub.db'}", FakeClock(), opened)
    await sms.put("a")
    stores = stores_at(f"sqlite:///{tmp_path / 'hub.db'}", FakeClock())
    rows = await stores.database.read(
        lambda connection: [
            [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608 - constants
            for table in ("sms_inbound", "sms_outbound")
        ],
    )
    assert [len(part) for part in rows] == [1, 1]
    assert [word for word in (PHONE, "您好", "查询") if word.encode() in repr(rows).encode()] == []
    for close in (stores.database.close, *opened):
        close()
