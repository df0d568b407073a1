"""What every report store does."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, datetime

import pytest

from intake.errors import IdempotencyConflict, NotFound
from intake.model import Contact, Correction, Datum, Evidence, EvidenceKind, GivenPoint, Report, WaitingReport
from tests.fakes.clock import START
from tests.fakes.samples import a_report
from tests.fakes.stores import Stores

_LEASE_SECONDS = 30.0


def a_full_report() -> Report:
    """Every field filled."""
    return dataclasses.replace(
        a_report("full"),
        contact=Contact("13812345678", "王小明", confidential=True),
        place_words="青新社区",
        point=GivenPoint(118.57, 24.81, Datum.GCJ02, 12.5),
        answers={"category": "部件0101", "备注": "晚上"},
        evidence=(Evidence(EvidenceKind.PHOTO, "evidence:ab", "ab", "image/jpeg", 9, START),),
        complete=False,
    )


async def claimed_ids(stores: Stores, limit: int = 10) -> list[str]:
    return [one.report.id for one in await stores.reports.claim(limit, _LEASE_SECONDS)]


async def test_a_stored_report_waits_as_it_was_told(stores: Stores) -> None:
    told = a_full_report()
    await stores.reports.add(told, b"raw")
    assert await stores.reports.claim(10, _LEASE_SECONDS) == [WaitingReport(told, (), 1)]


async def test_a_receipt_names_the_report_and_its_origin(stores: Stores) -> None:
    receipt = await stores.reports.add(a_report("r1", channel="sms"), b"raw")
    named = (receipt.report_id, receipt.channel, receipt.external_id, receipt.received_at, receipt.replayed)
    assert named == ("r1", "sms", "r1", START, False)


async def test_tracking_numbers_and_secrets_of_two_reports_differ(stores: Stores) -> None:
    first = await stores.reports.add(a_report("r1"), b"")
    second = await stores.reports.add(a_report("r2"), b"")
    assert len({first.tracking_number, second.tracking_number}) == 2
    assert len({first.tracking_secret, second.tracking_secret}) == 2


async def test_a_replayed_external_id_is_one_report(stores: Stores) -> None:
    first = await stores.reports.add(a_report("r1"), b"raw")
    again = await stores.reports.add(dataclasses.replace(a_report("r1"), id="r2"), b"raw")
    assert again == dataclasses.replace(first, replayed=True)
    assert await claimed_ids(stores) == ["r1"]


async def test_the_same_report_handed_in_twice_says_that_it_was_replayed(stores: Stores) -> None:
    first = await stores.reports.add(a_report("r1"), b"raw")
    assert await stores.reports.add(a_report("r1"), b"raw") == dataclasses.replace(first, replayed=True)


async def test_a_message_delivered_again_later_and_read_in_another_zone_is_a_replay(stores: Stores) -> None:
    first = await stores.reports.add(a_report("r1"), b"raw")
    later = a_report("r1", received_at=datetime(2026, 11, 25, 3, 0, tzinfo=UTC))
    assert await stores.reports.add(later, b"raw") == dataclasses.replace(first, replayed=True)


async def test_deliveries_of_one_message_at_once_are_one_report(stores: Stores) -> None:
    copies = [dataclasses.replace(a_report("r1"), id=f"copy-{n}") for n in range(20)]
    receipts = await asyncio.gather(*(stores.reports.add(one, b"raw") for one in copies))
    assert len({one.report_id for one in receipts}) == 1
    assert [one.replayed for one in receipts].count(False) == 1
    assert len(await claimed_ids(stores)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "别的"},
        {"place_words": "别处"},
        {"point": GivenPoint(118.0, 24.0, Datum.WGS84)},
        {"contact": Contact("13800000000")},
        {"contact": Contact(confidential=True)},
        {"answers": {"category": "部件0101"}},
        {"evidence": (Evidence(EvidenceKind.PHOTO, "evidence:ab", "ab", "image/jpeg", 9),)},
        {"complete": False},
    ],
    ids=str,
)
async def test_a_known_external_id_with_another_content_is_a_conflict(
    stores: Stores, changed: dict[str, object]
) -> None:
    await stores.reports.add(a_report("r1"), b"raw")
    other = dataclasses.replace(a_report("r1"), id="r2", **changed)  # type: ignore[arg-type]
    with pytest.raises(IdempotencyConflict):
        await stores.reports.add(other, b"raw")
    assert await claimed_ids(stores) == ["r1"]


async def test_a_conflict_that_is_to_be_kept_is_parked_once_and_can_be_replayed(stores: Stores) -> None:
    await stores.reports.add(a_report("r1"), b"raw")
    for report_id in ("r2", "r3"):
        other = dataclasses.replace(a_report("r1", "路灯不亮"), id=report_id)
        with pytest.raises(IdempotencyConflict):
            await stores.reports.add(other, b"other", keep_conflict=True)
    assert await claimed_ids(stores) == ["r1"]
    with pytest.raises(NotFound):
        await stores.reports.replay("r3", ())
    await stores.reports.replay("r2", ())
    (kept,) = await stores.reports.claim(10, _LEASE_SECONDS)
    assert (kept.report.id, kept.report.text) == ("r2", "路灯不亮")


async def test_two_conflicts_of_one_key_that_differ_are_both_parked(stores: Stores) -> None:
    await stores.reports.add(a_report("r1"), b"raw")
    others = [dataclasses.replace(a_report("r1", f"别的{n}"), id=f"r{n}") for n in (2, 3)]
    answers = await asyncio.gather(
        *(stores.reports.add(one, b"", keep_conflict=True) for one in others), return_exceptions=True
    )
    assert [type(one).__name__ for one in answers] == ["IdempotencyConflict"] * 2
    for one in others:
        await stores.reports.replay(one.id, ())
    assert await claimed_ids(stores) == ["r1", "r2", "r3"]


async def test_a_conflict_does_not_spoil_what_arrives_beside_it(stores: Stores) -> None:
    await stores.reports.add(a_report("r1"), b"raw")
    answers = await asyncio.gather(
        stores.reports.add(a_report("r2"), b""),
        stores.reports.add(a_report("r1", "别的"), b""),
        stores.reports.add(a_report("r3"), b""),
        return_exceptions=True,
    )
    kinds = [type(one).__name__ for one in answers]
    assert kinds == ["Receipt", "IdempotencyConflict", "Receipt"]


async def test_one_external_id_on_two_channels_is_two_reports(stores: Stores) -> None:
    await stores.reports.add(a_report("r1", channel="web"), b"")
    second = dataclasses.replace(a_report("r1", channel="sms"), id="r2")
    receipt = await stores.reports.add(second, b"")
    assert (receipt.report_id, receipt.replayed) == ("r2", False)


async def test_the_oldest_is_claimed_first_and_no_more_than_the_limit(stores: Stores) -> None:
    for minute in (3, 1, 2):
        await stores.reports.add(a_report(f"r{minute}", received_at=START.replace(minute=minute)), b"")
    assert await claimed_ids(stores, limit=2) == ["r1", "r2"]
    assert await claimed_ids(stores, limit=2) == ["r3"]


async def test_a_leased_report_is_not_claimed_twice(stores: Stores) -> None:
    await stores.reports.add(a_report("r1"), b"")
    assert await claimed_ids(stores) == ["r1"]
    stores.clock.move(_LEASE_SECONDS - 1)
    assert await claimed_ids(stores) == []


async def test_a_lease_that_ran_out_is_claimed_again_and_counted(stores: Stores) -> None:
    await stores.reports.add(a_report("r1"), b"")
    await stores.reports.claim(10, _LEASE_SECONDS)
    stores.clock.move(_LEASE_SECONDS + 1)
    assert await stores.reports.claim(10, _LEASE_SECONDS) == [WaitingReport(a_report("r1"), (), 2)]


async def test_two_workers_never_lease_the_same_report(stores: Stores) -> None:
    other = stores.second()
    for n in range(40):
        await stores.reports.add(a_report(f"r{n:02d}"), b"")
    batches = await asyncio.gather(*(claimed_ids(one, limit=7) for one in (stores, other) * 4))
    assert sorted(one for batch in batches for one in batch) == [f"r{n:02d}" for n in range(40)]


async def test_a_parked_report_is_not_claimed(stores: Stores) -> None:
    await stores.reports.add(a_report("r1"), b"")
    await stores.reports.add(a_report("r2"), b"")
    await stores.reports.park("r1", "没有文字")
    stores.clock.move(_LEASE_SECONDS + 1)
    assert await claimed_ids(stores) == ["r2"]


async def test_a_replayed_report_waits_again_with_its_corrections_in_order(stores: Stores) -> None:
    await stores.reports.add(a_report("r1"), b"")
    fixes = [Correction("text", "甲", "wang", START), Correction("text", "乙", "wang", START)]
    for fix in fixes:
        await stores.reports.park("r1", "看不懂")
        await stores.reports.replay("r1", [fix])
    assert await stores.reports.claim(10, _LEASE_SECONDS) == [WaitingReport(a_report("r1"), tuple(fixes), 1)]


async def test_a_report_that_is_not_parked_cannot_be_replayed(stores: Stores) -> None:
    await stores.reports.add(a_report("r1"), b"")
    with pytest.raises(NotFound):
        await stores.reports.replay("r1", [Correction("text", "甲", "wang", START)])
    assert await stores.reports.claim(10, _LEASE_SECONDS) == [WaitingReport(a_report("r1"), (), 1)]


async def test_a_parked_report_is_still_known_by_its_external_id(stores: Stores) -> None:
    first = await stores.reports.add(a_report("r1"), b"")
    await stores.reports.park("r1", "看不懂")
    assert await stores.reports.add(a_report("r1"), b"") == dataclasses.replace(first, replayed=True)
    assert await claimed_ids(stores) == []


async def test_a_delayed_report_is_claimed_when_its_delay_is_over(stores: Stores) -> None:
    await stores.reports.add(a_report("r1"), b"", delay_seconds=20)
    stores.clock.move(19)
    assert await claimed_ids(stores) == []
    stores.clock.move(2)
    assert await claimed_ids(stores) == ["r1"]
