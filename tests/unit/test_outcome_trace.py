"""The trace of an outcome: what each step of the normaliser found, the last two told by the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from intake.sameness import match_step
from tests.fakes.clock import FakeClock
from tests.fakes.samples import TEXT, a_glimpse, a_report, open_or_attach, understood
from tests.fakes.stores import SqlStores, sql_stores


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[SqlStores]:
    opened = sql_stores(tmp_path / "hub.db", FakeClock())
    yield opened
    opened.database.close()


def trace_of(stores: SqlStores, report_id: str) -> list[dict[str, Any]]:
    query = text("SELECT trace FROM outcome WHERE report_id = :id").bindparams(id=report_id)
    found = stores.database.transaction(lambda connection: connection.execute(query).scalar_one())
    steps: list[dict[str, Any]] = orjson.loads(found)
    return steps


async def test_match_and_decide_follow_what_was_understood(stores: SqlStores) -> None:
    for name in ("r1", "r2"):
        await stores.reports.add(a_report(name), b"")
        await stores.cases.settle([understood(a_report(name))], open_or_attach)
    first, second = trace_of(stores, "r1"), trace_of(stores, "r2")
    assert [(one["step"], one["found"]) for one in first[1:]] == [
        ("match", "附近没有同类的未结案卷"),
        ("decide", "open 26112400001"),
    ]
    assert [(one["step"], one["found"]) for one in second[1:]] == [
        ("match", "附近有同类的未结案卷1件"),
        ("decide", "attach 26112400001"),
    ]
    assert second[1]["reasons"] == [f"案卷26112400001相距0米：{TEXT}"]


def test_of_many_known_cases_the_three_nearest_are_named() -> None:
    known = [a_glimpse(str(number), distance_metres=float(100 - number)) for number in range(5)]
    step = match_step(known)
    assert step.found == "附近有同类的未结案卷5件"
    assert [reason.partition("：")[0] for reason in step.reasons] == [
        "案卷4相距96米",
        "案卷3相距97米",
        "案卷2相距98米",
    ]
