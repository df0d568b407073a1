"""What only the report store on SQL does: sealing, conflicts parked, leases forgotten, broken rows set aside."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from case_api.store.sealing import Sealer
from intake.errors import IdempotencyConflict
from intake.model import Contact, Report
from tests.fakes.clock import FakeClock
from tests.fakes.samples import a_report
from tests.fakes.stores import KEY, SqlStores, sql_stores

PHONE, NAME = "13812345678", "王小明"


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[SqlStores]:
    opened = sql_stores(tmp_path / "hub.db", FakeClock())
    yield opened
    opened.database.close()


def told_by_wang(name: str = "r1") -> Report:
    return dataclasses.replace(a_report(name), contact=Contact(PHONE, NAME))


def rows(stores: SqlStores, query: str) -> Sequence[Sequence[Any]]:
    return stores.database.transaction(lambda connection: [tuple(row) for row in connection.execute(text(query))])


def whole_file(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("hub.db*")))


async def test_neither_number_nor_name_nor_raw_form_is_in_the_file_in_clear(stores: SqlStores, tmp_path: Path) -> None:
    await stores.reports.add(told_by_wang(), f"phone={PHONE}&name={NAME}&text={a_report().text}".encode())
    stores.database.close()
    content = whole_file(tmp_path)
    found = [content.find(words.encode()) >= 0 for words in (PHONE, NAME, f"phone={PHONE}", a_report().text)]
    assert found == [False, False, False, True]


async def test_a_conflicting_message_is_parked_with_its_reason_and_its_raw_form(stores: SqlStores) -> None:
    await stores.reports.add(a_report("r1"), b"first")
    other = dataclasses.replace(a_report("r1", "别的内容"), id="r2")
    with pytest.raises(IdempotencyConflict):
        await stores.reports.add(other, b"second", keep_conflict=True)
    assert rows(stores, "SELECT report_id, reason FROM parked") == [
        ("r2", f"编号 {other.origin.external_id} 已用于另一份内容，请核对后重新处理")
    ]
    (sealed,) = rows(stores, "SELECT raw_seal FROM report WHERE id = 'r2'")
    assert Sealer.from_key(KEY).open(sealed[0]) == b"second"


async def test_a_worker_alone_takes_up_what_a_killed_one_had_in_hand(stores: SqlStores) -> None:
    for name in ("r1", "r2", "r3"):
        await stores.reports.add(a_report(name), b"")
    await stores.reports.claim(2, 30.0)
    assert await stores.reports.forget_leases() == 2
    again = await stores.reports.claim(10, 30.0)
    assert [(one.report.id, one.attempts) for one in again] == [("r1", 2), ("r2", 2), ("r3", 1)]


async def test_a_report_whose_seal_is_broken_is_parked_and_the_others_are_claimed(stores: SqlStores) -> None:
    for name in ("r1", "r2", "r3"):
        await stores.reports.add(told_by_wang(name), b"")
    spoil = text("UPDATE report SET contact_seal = x'00' WHERE id = 'r2'")
    stores.database.transaction(lambda connection: connection.execute(spoil))
    claimed = await stores.reports.claim(10, 30.0)
    assert [one.report for one in claimed] == [told_by_wang("r1"), told_by_wang("r3")]
    assert [row[0] for row in rows(stores, "SELECT report_id FROM parked")] == ["r2"]


async def test_tracking_numbers_of_a_day_follow_one_another(stores: SqlStores) -> None:
    receipts = [await stores.reports.add(a_report(f"r{n}"), b"") for n in range(3)]
    assert [one.tracking_number[:-1] for one in receipts] == ["26112400001", "26112400002", "26112400003"]
