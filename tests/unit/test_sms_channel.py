"""The channel: what becomes of a message, done once however often the gateway brings it."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest

from intake.channels.sms import Answers, NewsTeller, Pace, SmsChannel
from intake.errors import Temporary
from intake.inbox import Inbox
from intake.model import AskOperator, Correction, Origin, WaitingReport
from intake.model.sms import InboundSms, Milestone, OutboundSms, Progress, SmsKind, TakenSms
from tests.fakes.bus import FakeBus
from tests.fakes.case_store import FakeCaseStore
from tests.fakes.clock import START, FakeClock
from tests.fakes.report_store import FakeReportStore
from tests.fakes.samples import a_report, understood
from tests.fakes.sms_store import Asked, FakeSmsStore

PHONE = "13812345678"
PROBLEM = "青新社区门口井盖不见了"
LEASE_SECONDS = 30.0


@dataclasses.dataclass(frozen=True)
class Desk:
    """The channel with everything it stands on."""

    clock: FakeClock
    reports: FakeReportStore
    cases: FakeCaseStore
    store: FakeSmsStore
    channel: SmsChannel

    def message(self, text: str, key: str = "k1", **changes: object) -> InboundSms:
        told = InboundSms(key, PHONE, "12319", text, self.clock.now())
        return dataclasses.replace(told, **changes)  # type: ignore[arg-type]

    async def take(self, text: str, key: str = "k1", **changes: object) -> SmsKind | None:
        return await self.channel.take(self.message(text, key, **changes), b"raw")

    def answers(self) -> list[str]:
        return [one.text for one in self.store.waiting()]

    async def claimed(self) -> list[WaitingReport]:
        return list(await self.reports.claim(100, LEASE_SECONDS))


@pytest.fixture
def desk() -> Desk:
    clock = FakeClock()
    reports = FakeReportStore(clock)
    cases = FakeCaseStore(reports, clock)
    store = FakeSmsStore(reports, cases, clock)
    pace = Pace(allowance=3, step_seconds=60.0, longest_seconds=240.0)
    channel = SmsChannel(Inbox(reports, FakeBus()), store, FakeBus(), clock, Answers("【12319】"), pace)
    return Desk(clock, reports, cases, store, channel)


def a_progress(**changes: object) -> Progress:
    found = Progress("r0", "261124000015", PROBLEM, None, "已立案，等待派遣", "a case is open", "26112400001")
    return dataclasses.replace(found, **changes)  # type: ignore[arg-type]


async def test_a_message_is_a_report_and_its_answer_names_number_and_secret(desk: Desk) -> None:
    assert await desk.take(PROBLEM) is SmsKind.REPORT
    (waiting,) = await desk.claimed()
    told = waiting.report
    assert (told.text, told.contact.phone, told.origin.channel, told.origin.external_id) == (
        PROBLEM,
        PHONE,
        "sms",
        "k1",
    )
    answer = OutboundSms(
        id="answer:k1",
        receiver=PHONE,
        text="【12319】已收到您的诉求，查询号261124000001，查询码secret-1。回复“查询”看进度，“催单”催办。",
        due_at=START,
        sender="12319",
        report_id=told.id,
    )
    assert desk.store.waiting() == [answer]


async def test_a_message_that_is_brought_again_does_nothing(desk: Desk) -> None:
    assert [await desk.take(PROBLEM), await desk.take(PROBLEM)] == [SmsKind.REPORT, None]
    assert len(desk.reports.reports) == 1
    assert len(desk.answers()) == 1


async def test_deliveries_of_one_message_at_once_are_one_report_with_one_answer(desk: Desk) -> None:
    kinds = await asyncio.gather(*(desk.take(PROBLEM) for _ in range(10)))
    assert sorted(kinds, key=str) == [None] * 9 + [SmsKind.REPORT]
    assert (len(desk.reports.reports), len(desk.answers())) == (1, 1)


async def test_a_crash_between_report_and_answer_ends_in_one_report_with_its_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = desk.store.keep

    async def away(taken: TakenSms) -> bool:
        raise Temporary("数据库暂时不可用。", "The database is away.")

    monkeypatch.setattr(desk.store, "keep", away)
    with pytest.raises(Temporary):
        await desk.take("路灯坏了")
    monkeypatch.setattr(desk.store, "keep", keep)
    # Meanwhile the worker found no place, and the question for it was asked.
    desk.store.questions[desk.reports.reports[0].id] = Asked(PHONE, START + timedelta(hours=1))
    assert await desk.take("路灯坏了") is SmsKind.REPORT
    assert len(desk.reports.reports) == 1
    assert len(desk.answers()) == 1


async def test_another_text_under_a_known_id_is_parked_and_not_lost(desk: Desk) -> None:
    await desk.reports.add(dataclasses.replace(a_report("k1", "别的"), origin=_origin("k1")), b"")
    assert await desk.take(PROBLEM) is SmsKind.REPORT
    assert [one.text for one in desk.reports.reports] == ["别的", PROBLEM]
    assert len(desk.reports.parked) == 1
    assert desk.answers() == ["【12319】已收到，将由工作人员核对。"]


async def test_the_answer_to_a_question_is_appended_and_the_report_waits_again(desk: Desk) -> None:
    report_id = await _asked(desk)
    assert await desk.take("青新社区大门口", "k2") is SmsKind.PLACE
    (waiting,) = await desk.claimed()
    assert waiting.report.id == report_id
    assert waiting.corrections == (Correction("place_words", "青新社区大门口", "sms", START),)
    assert desk.answers()[-1] == "【12319】已补充地点，正在处理。回复“查询”看进度。"
    assert await desk.take("还是那里", "k3") is SmsKind.REPORT


async def test_a_place_that_comes_after_the_desk_decided_is_kept_beside_the_report(desk: Desk) -> None:
    report_id = await _asked(desk)
    del desk.cases.asked[report_id]
    assert await desk.take("青新社区大门口", "k2") is SmsKind.PLACE
    assert desk.reports.corrections[report_id] == [Correction("place_words", "青新社区大门口", "sms", START)]
    assert await desk.claimed() == []
    assert desk.answers()[-1].startswith("【12319】坐席已在处理您的诉求")


async def test_a_question_is_open_for_a_day(desk: Desk) -> None:
    await _asked(desk)
    desk.clock.move(25 * 3600)
    assert await desk.take("青新社区大门口", "k2") is SmsKind.REPORT


async def test_thanks_are_kept_as_read_without_report_and_answer(desk: Desk) -> None:
    assert await desk.take("好的，谢谢！") is SmsKind.THANKS
    assert (desk.reports.reports, desk.answers()) == ([], [])
    assert desk.store.inbound["k1"].message.text == "好的，谢谢！"


async def test_a_query_is_answered_with_the_stage_and_the_unit(desk: Desk) -> None:
    desk.store.progresses[PHONE] = [a_progress(unit="市政工程服务中心")]
    assert await desk.take("查询") is SmsKind.QUERY
    assert desk.answers() == ["【12319】261124000015：已立案，等待派遣，责任单位市政工程服务中心。"]
    assert desk.reports.reports == []


async def test_a_number_of_somebody_else_is_answered_like_one_that_nobody_has(desk: Desk) -> None:
    desk.store.progresses["13900000000"] = [a_progress()]
    await desk.take("查询261124000015", "k1")
    await desk.take("查询261124009999", "k2")
    first, second = desk.answers()
    assert first == second
    assert first.startswith("【12319】没有查到本号码的这件诉求")


async def test_a_chase_up_goes_in_as_a_report_in_the_words_of_the_first(desk: Desk) -> None:
    desk.store.progresses[PHONE] = [a_progress(place_words="长兴路口")]
    assert await desk.take("催单，快点") is SmsKind.CHASE_UP
    (waiting,) = await desk.claimed()
    told = f"催单：快点。之前反映过，还没处理（261124000015）：{PROBLEM}"
    assert (waiting.report.text, waiting.report.place_words) == (told, "长兴路口")
    assert desk.answers() == ["【12319】已为261124000015催办。目前：已立案，等待派遣。"]


@pytest.mark.parametrize("found", [a_progress(case_number=None), a_progress(final=True), None])
async def test_where_there_is_no_case_to_urge_only_the_stage_is_told(desk: Desk, found: Progress | None) -> None:
    desk.store.progresses[PHONE] = [found] if found else []
    assert await desk.take("催单") is SmsKind.CHASE_UP
    assert desk.reports.reports == []
    assert len(desk.answers()) == 1


async def test_a_grade_is_kept_once_while_it_is_awaited(desk: Desk) -> None:
    desk.store.ratings["r0"] = Asked(PHONE, START + timedelta(days=1))
    assert await desk.take("5") is SmsKind.RATING
    assert desk.store.grades == {"r0": 5}
    assert await desk.take("1", "k2") is SmsKind.DIGIT
    assert desk.store.grades == {"r0": 5}


async def test_a_flood_from_one_number_is_slowed_and_nothing_of_it_dropped(desk: Desk) -> None:
    for n in range(8):
        assert await desk.take(f"{PROBLEM}{n}", f"k{n}") is SmsKind.REPORT
    await desk.take(PROBLEM, "other", sender="13900000000")
    due = [(one.due_at - START).total_seconds() for one in desk.store.waiting()]
    assert due == [0, 0, 0, 60, 120, 180, 240, 240, 0]
    desk.clock.move(1)
    assert len(await desk.claimed()) == 4
    desk.clock.move(600)
    assert {one.report.origin.external_id for one in await desk.claimed()} >= {"k3", "k4", "k5", "k6", "k7"}


async def test_who_has_no_number_is_heard_and_not_answered(desk: Desk) -> None:
    assert await desk.take(PROBLEM, sender="CMCC", answerable=False) is SmsKind.REPORT
    (waiting,) = await desk.claimed()
    assert waiting.report.contact.phone is None
    assert desk.answers() == []


async def test_an_english_message_is_answered_in_english(desk: Desk) -> None:
    await desk.take("Street lamp broken at Changxing Road")
    assert desk.answers()[0].startswith("【12319】Received. Number 261124000001")


async def test_news_are_the_one_question_and_the_dispatch(desk: Desk) -> None:
    report_id = await _asked(desk, ask=False)
    event = Milestone(7, "26112400001", report_id, PROBLEM, PHONE, "12319", "261124000001", "自来水公司", "Water")
    desk.store.events.append(event)
    teller = NewsTeller(desk.store, FakeBus(), desk.clock, Answers("【12319】"))
    assert [await teller.tell(), await teller.tell()] == [2, 0]
    assert desk.answers()[1:] == [
        "【12319】您的诉求261124000001还缺地点：请回复路口、门牌或社区名（24小时内）。",
        "【12319】您的诉求261124000001已派遣给自来水公司处理。",
    ]


def _origin(key: str) -> Origin:
    return dataclasses.replace(a_report().origin, channel="sms", external_id=key)


async def _asked(desk: Desk, *, ask: bool = True) -> str:
    """A report by SMS that lies at the desk for want of a place, and whose sender was asked."""
    await desk.take("路灯坏了", "k1")
    (waiting,) = await desk.claimed()
    await desk.cases.settle([understood(waiting.report)], lambda *_: AskOperator("地点不确定", (), ()))
    if ask:
        desk.store.questions[waiting.report.id] = Asked(PHONE, desk.clock.now() + timedelta(hours=24))
    return waiting.report.id
