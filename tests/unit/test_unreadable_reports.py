"""A report whose seal is broken is shown without its number, says so, and leaves the others as they are."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from case_api.casepack import CasePack, read_case_pack
from case_api.store.case_views import CaseViews
from case_api.store.casework import Casework
from case_api.store.desk import SqlDesk
from case_api.store.plane import Plane
from case_api.store.report_reader import SqlReportReader
from case_api.store.sealing import Sealer
from case_api.views import ReportView
from intake.model import AskOperator, Contact
from intake.pack import Faults
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.filing import FakeFiling
from tests.fakes.geocoder import InMemoryGeocoder
from tests.fakes.samples import LAT, a_report, understood
from tests.fakes.stores import KEY, SqlStores, sql_stores

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny_city"
SEALER = Sealer.from_key(KEY)
WORDS = "联系方式无法打开：密钥不符或数据被改动，请恢复与数据库同批的 secret.key。"


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[SqlStores]:
    """Three reports with a number that the desk is asked about; the seal of the second is broken."""
    opened = sql_stores(tmp_path / "hub.db", FakeClock())
    for name in ("r1", "r2", "r3"):
        report = dataclasses.replace(a_report(name), contact=Contact("13812345678", "王小明", confidential=True))
        await opened.reports.add(report, b"")
        await opened.cases.settle([understood(report)], lambda *_: AskOperator("哪里？", (), ()))
    spoil = text("UPDATE report SET contact_seal = x'00' WHERE id = 'r2'")
    opened.database.transaction(lambda connection: connection.execute(spoil))
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def pack() -> CasePack:
    found = read_case_pack(TINY, Faults())
    assert found is not None
    return found


def told(view: ReportView) -> tuple[str, str, bool, str | None]:
    return view.id, view.contact_masked, view.confidential, view.unreadable


async def test_one_broken_seal_does_not_spoil_the_list(stores: SqlStores, pack: CasePack) -> None:
    reader = SqlReportReader(stores.database, SEALER, CaseViews(pack))
    page = await reader.page(None, None, 10)
    assert [told(one) for one in page.items] == [
        ("r3", "138****5678", True, None),
        ("r2", "", True, WORDS),
        ("r1", "138****5678", True, None),
    ]
    one = await reader.one("r2")
    assert (told(one), one.text, one.status) == (("r2", "", True, WORDS), a_report().text, "settled")


async def test_one_broken_seal_does_not_spoil_the_desk(stores: SqlStores, pack: CasePack) -> None:
    desk = SqlDesk(
        database=stores.database,
        pack=pack,
        casework=Casework(FakeFiling(), Plane(LAT)),
        views=CaseViews(pack),
        sealer=SEALER,
        geocoder=InMemoryGeocoder([]),
        bus=FakeBus(),
        clock=stores.clock,
    )
    page = await desk.page(None, 10)
    assert [(told(item.report), item.question) for item in page.items] == [
        (("r1", "138****5678", True, None), "哪里？"),
        (("r2", "", True, WORDS), "哪里？"),
        (("r3", "138****5678", True, None), "哪里？"),
    ]
