"""What every case store does."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence

import pytest

from intake.decide import Decider
from intake.model import (
    AnswerOnly,
    AskOperator,
    AttachToCase,
    CaseGlimpse,
    ChaseUp,
    Contact,
    Decision,
    GivenPoint,
    Intent,
    OpenCase,
    Settled,
    Understanding,
)
from intake.spelling import fingerprint
from tests.fakes.clock import START
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
from tests.fakes.stores import Stores

ADDRESSES = ("r1", "r2", "r3")


async def stored(stores: Stores, name: str, text: str = TEXT) -> Understanding:
    """A report that waits, and what was understood of it."""
    report = a_report(name, text)
    await stores.reports.add(report, b"")
    return understood(report)


def cases_of(settled: Sequence[Settled]) -> list[str | None]:
    return [one.case_number for one in settled]


async def test_a_new_problem_opens_a_case_numbered_by_day_and_serial(stores: Stores) -> None:
    first = await stored(stores, "r1")
    settled = await stores.cases.settle([first], open_or_attach)
    assert settled == [Settled("r1", open_or_attach(first, []), "26112400001")]


async def test_two_reports_of_one_thing_in_one_batch_make_one_case(stores: Stores) -> None:
    batch = [await stored(stores, "r1"), await stored(stores, "r2", OTHER_WORDS)]
    assert cases_of(await stores.cases.settle(batch, open_or_attach)) == ["26112400001", "26112400001"]


async def test_two_reports_of_one_thing_in_two_batches_make_one_case(stores: Stores) -> None:
    for name in ADDRESSES:
        settled = await stores.cases.settle([await stored(stores, name)], open_or_attach)
        assert cases_of(settled) == ["26112400001"]


async def test_reports_of_one_thing_in_many_workers_at_once_make_one_case(stores: Stores) -> None:
    workers = [stores, stores.second(), stores.second()]
    batches = [[await stored(stores, f"r{n}")] for n in range(12)]
    answers = await asyncio.gather(
        *(workers[n % 3].cases.settle(batch, open_or_attach) for n, batch in enumerate(batches))
    )
    assert [cases_of(one) for one in answers] == [["26112400001"]] * 12
    opened = [one.decision for answer in answers for one in answer if isinstance(one.decision, OpenCase)]
    assert len(opened) == 1


async def test_two_workers_with_one_report_in_hand_settle_it_once(stores: Stores) -> None:
    other = stores.second()
    one = await stored(stores, "r1")
    answers = await asyncio.gather(*(each.cases.settle([one], open_or_attach) for each in (stores, other) * 5))
    assert sorted(cases_of(answer) for answer in answers) == [[]] * 9 + [["26112400001"]]


async def test_a_settled_report_is_left_out_of_the_answer(stores: Stores) -> None:
    first, second = await stored(stores, "r1"), await stored(stores, "r2")
    await stores.cases.settle([first], open_or_attach)
    settled = await stores.cases.settle([first, second], open_or_attach)
    assert [one.report_id for one in settled] == ["r2"]


async def test_a_report_twice_in_one_batch_has_one_outcome(stores: Stores) -> None:
    first = await stored(stores, "r1")
    assert cases_of(await stores.cases.settle([first, first], open_or_attach)) == ["26112400001"]


async def test_a_settled_report_is_not_claimed_again(stores: Stores) -> None:
    await stores.cases.settle([await stored(stores, "r1")], open_or_attach)
    stores.clock.move(3600)
    assert list(await stores.reports.claim(10, 30.0)) == []


async def test_a_parked_report_is_not_settled(stores: Stores) -> None:
    first = await stored(stores, "r1")
    await stores.reports.park("r1", "看不懂")
    assert list(await stores.cases.settle([first], open_or_attach)) == []


async def test_a_failing_batch_writes_nothing(stores: Stores) -> None:
    batch = [await stored(stores, "r1"), await stored(stores, "r2", OTHER_WORDS)]

    def fails_on_the_second(one: Understanding, near: Sequence[CaseGlimpse]) -> Decision:
        if one.report.id == "r2":
            raise RuntimeError("spoiled")
        return open_or_attach(one, near)

    with pytest.raises(RuntimeError, match="spoiled"):
        await stores.cases.settle(batch, fails_on_the_second)
    met: list[Sequence[CaseGlimpse]] = []

    def remembers(one: Understanding, near: Sequence[CaseGlimpse]) -> Decision:
        met.append(near)
        return open_or_attach(one, near)

    (settled,) = await stores.cases.settle(batch[:1], remembers)
    assert settled.decision == open_or_attach(batch[0], [])
    assert [list(near) for near in met] == [[]]


async def test_the_whole_batch_is_decided_in_its_order(stores: Stores) -> None:
    batch = [await stored(stores, name) for name in ("r3", "r1", "r2")]
    settled = await stores.cases.settle(batch, open_or_attach)
    assert [one.report_id for one in settled] == ["r3", "r1", "r2"]


async def test_an_empty_batch_is_nothing(stores: Stores) -> None:
    assert list(await stores.cases.settle([], open_or_attach)) == []


async def glimpses_of(stores: Stores, one: Understanding) -> list[CaseGlimpse]:
    """What the store shows of known cases; the report is settled as a question to the desk."""
    met: list[CaseGlimpse] = []

    def look(_: Understanding, near: Sequence[CaseGlimpse]) -> Decision:
        met.extend(near)
        return AskOperator("？", (), ())

    await stores.cases.settle([one], look)
    return met


async def test_a_known_case_is_shown_with_the_words_of_all_its_reports(stores: Stores) -> None:
    batch = [await stored(stores, "r1"), await stored(stores, "r2", OTHER_WORDS)]
    await stores.cases.settle(batch, open_or_attach)
    (glimpse,) = await glimpses_of(stores, await stored(stores, "r3"))
    shown = (glimpse.number, glimpse.category_key, glimpse.text, glimpse.opened_at, glimpse.accuracy_metres)
    assert shown == ("26112400001", "部件0101", TEXT, START, 20.0)
    assert glimpse.fingerprints == {fingerprint(TEXT), fingerprint(OTHER_WORDS)}


async def test_words_that_joined_earlier_in_the_batch_are_shown_to_the_next(stores: Stores) -> None:
    await stores.cases.settle([await stored(stores, "r1")], open_or_attach)
    shown: list[list[frozenset[str]]] = []

    def remembers(one: Understanding, near: Sequence[CaseGlimpse]) -> Decision:
        shown.append([glimpse.fingerprints for glimpse in near])
        return open_or_attach(one, near)

    await stores.cases.settle(
        [await stored(stores, "r2", OTHER_WORDS), await stored(stores, "r3", "井盖没了")], remembers
    )
    known = {fingerprint(TEXT)}
    assert shown == [[known], [known | {fingerprint(OTHER_WORDS)}]]


async def test_distance_is_measured_from_the_report_to_the_case(stores: Stores) -> None:
    await stores.cases.settle([await stored(stores, "r1")], open_or_attach)
    report = a_report("r2")
    await stores.reports.add(report, b"")
    (glimpse,) = await glimpses_of(stores, understood(report, a_location(east_metres=60)))
    assert glimpse.distance_metres == pytest.approx(60, abs=1.5)


async def test_a_case_of_another_group_is_not_shown(stores: Stores) -> None:
    await stores.cases.settle([await stored(stores, "r1")], open_or_attach)
    report = a_report("r2", "青新社区门口路灯不亮")
    await stores.reports.add(report, b"")
    lamp = a_classification(a_guess(LAMP))
    assert await glimpses_of(stores, understood(report, classification=lamp)) == []


async def test_a_case_across_the_city_is_not_shown(stores: Stores) -> None:
    await stores.cases.settle([await stored(stores, "r1")], open_or_attach)
    report = a_report("r2")
    await stores.reports.add(report, b"")
    assert await glimpses_of(stores, understood(report, a_location(east_metres=5000))) == []


async def test_each_of_the_five_decisions_is_written_and_answered(stores: Stores) -> None:
    opened = await stored(stores, "r1")
    (first,) = await stores.cases.settle([opened], open_or_attach)
    number = first.case_number
    assert number is not None
    decisions: dict[str, Decision] = {
        "r2": AttachToCase(number, 0.9, ("近",)),
        "r3": ChaseUp(number, ("催",)),
        "r4": AnswerOnly(Intent.PRAISE, ("表扬",)),
        "r5": AskOperator("是否同一问题？", (number,), ("不确定",)),
    }
    batch = [await stored(stores, name) for name in decisions]
    settled = await stores.cases.settle(batch, lambda one, _: decisions[one.report.id])
    numbers = [number, number, None, None]
    expected = [Settled(*pair, held_by) for pair, held_by in zip(decisions.items(), numbers, strict=True)]
    assert settled == expected


async def test_a_decision_for_a_case_that_does_not_exist_fails_and_the_report_still_waits(stores: Stores) -> None:
    one = await stored(stores, "r1")
    with pytest.raises(Exception, match="26112499999"):
        await stores.cases.settle([one], lambda *_: AttachToCase("26112499999", 1.0, ()))
    assert cases_of(await stores.cases.settle([one], open_or_attach)) == ["26112400001"]


async def test_equal_words_at_one_place_join_and_far_away_open_their_own_case(stores: Stores) -> None:
    near = [await stored(stores, "r1"), await stored(stores, "r2")]
    report = a_report("r3")
    await stores.reports.add(report, b"")
    far = understood(report, a_location(east_metres=3000))
    settled = await stores.cases.settle([*near, far], Decider())
    assert cases_of(settled) == ["26112400001", "26112400001", "26112400002"]


async def test_who_reports_again_is_known_by_the_places_of_the_cases_before(stores: Stores) -> None:
    wang, li = Contact("13812345678"), Contact("13812345679")
    for name, east_metres in (("r1", 0.0), ("r2", 5_000.0)):
        told = dataclasses.replace(a_report(name), contact=wang)
        await stores.reports.add(told, b"")
        await stores.cases.settle([understood(told, a_location(east_metres))], open_or_attach)
    for name, sender in (("r3", wang), ("r4", li), ("r5", Contact())):
        await stores.reports.add(dataclasses.replace(a_report(name), contact=sender), b"")
    places = [a_location(5_000.0), a_location()]
    told_before = tuple(GivenPoint(one.lon, one.lat, one.datum, one.accuracy_metres) for one in places)
    claimed = {one.report.id: one.recent for one in await stores.reports.claim(10, 30.0)}
    assert claimed == {"r3": told_before, "r4": (), "r5": ()}
