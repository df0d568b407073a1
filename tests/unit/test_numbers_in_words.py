"""A telephone number that a citizen writes into the text is shown to nobody: not in a report, a case or a trace."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from case_api.casepack import read_case_pack
from case_api.store.case_reader import SqlCaseReader
from case_api.store.case_views import CaseViews
from case_api.store.plane import Plane
from case_api.store.report_reader import SqlReportReader
from case_api.store.sealing import Sealer
from intake.model import WaitingReport
from intake.normalise import Normaliser
from intake.pack import Faults
from tests.fakes.classifier import InMemoryClassifier
from tests.fakes.clock import FakeClock
from tests.fakes.geocoder import InMemoryGeocoder
from tests.fakes.samples import LAT, MANHOLE, a_report, open_or_attach, understood
from tests.fakes.stores import KEY, SqlStores, sql_stores

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny_city"
TOLD = "青新社区门口井盖不见了，请打13812345678找我"
SHOWN = "青新社区门口井盖不见了，请打138****5678找我"


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[SqlStores]:
    """One report with numbers in text and place words, and the case it opened."""
    opened = sql_stores(tmp_path / "hub.db", FakeClock())
    report = dataclasses.replace(a_report("r1", TOLD), place_words="我家13812345678")
    await opened.reports.add(report, b"")
    await opened.cases.settle([understood(report)], open_or_attach)
    yield opened
    opened.database.close()


async def test_neither_report_nor_case_nor_tracking_shows_it(stores: SqlStores) -> None:
    pack = read_case_pack(TINY, Faults())
    assert pack is not None
    views, sealer = CaseViews(pack), Sealer.from_key(KEY)
    reports = SqlReportReader(stores.database, sealer, views)
    cases = SqlCaseReader(stores.database, views, Plane(LAT), pack.street_name)
    report = await reports.one("r1")
    tracked = await reports.tracking(report.tracking_number, sealer.tracking_secret("r1"))
    shown = (report.text, report.place_words, tracked.text, (await cases.one("26112400001")).text)
    assert shown == (SHOWN, "我家138****5678", SHOWN, SHOWN)


def test_the_normaliser_neither_matches_on_it_nor_traces_it() -> None:
    normaliser = Normaliser(InMemoryGeocoder([]), InMemoryClassifier({"井盖": MANHOLE}))
    understanding = normaliser.understand(WaitingReport(a_report("r1", TOLD), (), 1))
    assert (understanding.text, understanding.trace[0].found) == (SHOWN.replace("，", ","),) * 2
