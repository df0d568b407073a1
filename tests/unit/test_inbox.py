"""The one way in: what is refused, what is stored, what is announced."""

from __future__ import annotations

import dataclasses
import math

import pytest

from intake.errors import IdempotencyConflict, Invalid
from intake.inbox import Inbox, faults_of
from intake.model import Contact, Datum, GivenPoint, Origin, Report
from intake.topics import REPORT_WAITING
from tests.fakes.bus import FakeBus
from tests.fakes.clock import START
from tests.fakes.report_store import FakeReportStore
from tests.fakes.samples import a_report

LONG = "井" * 201
BELL = "井\x07盖"
BROKEN = "井\ud800盖"


def at(lon: float, lat: float, accuracy_metres: float | None = None) -> GivenPoint:
    return GivenPoint(lon, lat, Datum.WGS84, accuracy_metres)


def named(external_id: str) -> Origin:
    return Origin("web", external_id, START)


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"text": ""}, ["/text"]),
        ({"text": " \n\u3000"}, ["/text"]),
        ({"text": "井" * 2001}, ["/text"]),
        ({"text": BELL}, ["/text"]),
        ({"text": BROKEN}, ["/text"]),
        ({"text": "井盖\x00"}, ["/text"]),
        ({"text": "\x07" * 2001}, ["/text", "/text"]),
        ({"place_words": LONG}, ["/place_words"]),
        ({"place_words": BELL}, ["/place_words"]),
        ({"contact": Contact(name=LONG)}, ["/name"]),
        ({"contact": Contact(name=BROKEN)}, ["/name"]),
        ({"contact": Contact(phone="1" * 201)}, ["/phone"]),
        ({"contact": Contact(phone="138\x0012345678")}, ["/phone"]),
        ({"origin": named("")}, ["/external_id"]),
        ({"origin": named("x" * 201)}, ["/external_id"]),
        ({"origin": named("a\x1bb")}, ["/external_id"]),
        ({"answers": {"备注": LONG}}, ["/answers/备注"]),
        ({"answers": {"a/b~c": BELL}}, ["/answers/a~1b~0c"]),
        ({"answers": {BROKEN: "晚上"}}, ["/answers"]),
        ({"point": at(118.57, 90.1)}, ["/point/lat"]),
        ({"point": at(118.57, -90.1)}, ["/point/lat"]),
        ({"point": at(180.1, 24.8)}, ["/point/lon"]),
        ({"point": at(-180.1, 24.8)}, ["/point/lon"]),
        ({"point": at(24.8, 118.57)}, ["/point/lat"]),
        ({"point": at(math.nan, math.inf)}, ["/point/lat", "/point/lon"]),
        ({"point": at(118.57, 24.8, -1.0)}, ["/point/accuracy_metres"]),
        ({"point": at(118.57, 24.8, math.nan)}, ["/point/accuracy_metres"]),
        ({"point": at(118.57, 24.8, 100_001.0)}, ["/point/accuracy_metres"]),
    ],
)
async def test_each_faulty_field_is_named_and_nothing_is_stored(
    changes: dict[str, object], pointers: list[str]
) -> None:
    store, bus = FakeReportStore(), FakeBus()
    report: Report = dataclasses.replace(a_report(), **changes)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        await Inbox(store, bus).accept(report, b"raw")
    assert [fault.pointer for fault in refused.value.faults] == pointers
    assert (store.reports, bus.published) == ([], [])


def test_every_fault_speaks_both_languages() -> None:
    report = dataclasses.replace(
        a_report(text="\x07" * 2001), point=at(200.0, 100.0, -1.0), origin=named(""), answers={"k": BELL}
    )
    faults = faults_of(report)
    assert len(faults) == 7
    assert [(bool(fault.zh), fault.en.isascii() and bool(fault.en)) for fault in faults] == [(True, True)] * 7


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "井" * 2000},
        {"text": "第一行\n第二行\t末尾\r\n"},
        {"text": "<script>alert(1)</script> '; DROP TABLE report; --"},
        {"text": "👨‍👩‍👧 井盖坏了"},
        {"place_words": "井" * 200},
        {"point": at(-180.0, 90.0, 0.0)},
        {"point": at(0.0, 0.0, 100_000.0)},
        {"contact": Contact("13812345678", "王小明", confidential=True)},
    ],
)
async def test_what_looks_odd_but_can_be_shown_is_taken(changes: dict[str, object]) -> None:
    store = FakeReportStore()
    report: Report = dataclasses.replace(a_report(), **changes)  # type: ignore[arg-type]
    await Inbox(store, FakeBus()).accept(report, b"raw")
    assert (store.reports, store.raw) == ([report], [b"raw"])


async def test_an_accepted_report_is_announced_by_its_id_alone() -> None:
    bus = FakeBus()
    receipt = await Inbox(FakeReportStore(), bus).accept(a_report("r1"), b"raw")
    assert (receipt.report_id, bus.published) == ("r1", [(REPORT_WAITING, {"report_id": "r1"})])


async def test_a_replay_is_answered_alike_and_not_announced_again() -> None:
    bus = FakeBus()
    inbox = Inbox(FakeReportStore(), bus)
    first = await inbox.accept(a_report("r1"), b"raw")
    again = await inbox.accept(dataclasses.replace(a_report("r1"), id="r2"), b"raw")
    assert again == dataclasses.replace(first, replayed=True)
    assert len(bus.published) == 1


async def test_a_conflict_is_raised_and_not_announced() -> None:
    bus = FakeBus()
    inbox = Inbox(FakeReportStore(), bus)
    await inbox.accept(a_report("r1"), b"raw")
    with pytest.raises(IdempotencyConflict):
        await inbox.accept(a_report("r1", "别的内容"), b"raw")
    assert len(bus.published) == 1
