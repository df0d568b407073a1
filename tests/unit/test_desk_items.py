"""A question of the desk: the words behind its answers, and photos that nobody looked into."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from case_api.casepack import CasePack, read_case_pack
from case_api.store.case_views import CaseViews
from case_api.store.casework import Casework
from case_api.store.desk import SqlDesk
from case_api.store.file_scans import SqlScanFlags
from case_api.store.plane import Plane
from case_api.store.sealing import Sealer
from case_api.views import DeskItemView, SpanView
from intake.model import AskOperator, CategoryGuess, Evidence, EvidenceKind, Report, TraceStep
from intake.model.contact import mask_numbers
from intake.pack import Faults
from intake.scanning import ScanFlag
from intake.spelling import clean_text
from tests.fakes.api_site import QINGXIN
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.filing import FakeFiling
from tests.fakes.geocoder import InMemoryGeocoder
from tests.fakes.samples import LAT, a_classification, a_report, understood
from tests.fakes.stores import KEY, SqlStores, sql_stores

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny_city"


@pytest.fixture(scope="module")
def pack() -> CasePack:
    found = read_case_pack(TINY, Faults())
    assert found is not None
    return found


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[SqlStores]:
    opened = sql_stores(tmp_path / "hub.db", FakeClock())
    yield opened
    opened.database.close()


async def _asked(stores: SqlStores, pack: CasePack, report: Report, *readings: tuple[str, str]) -> DeskItemView:
    """The question about a report whose readings are so: a category's key and the word that speaks for it."""
    known = dataclasses.replace(understood(report), text=clean_text(mask_numbers(report.text)))
    guesses = tuple(
        CategoryGuess(
            pack.catalogue.entry(key).category,
            pack.catalogue.condition(key, 1),
            0.5,
            ((known.text.index(word), known.text.index(word) + len(word)),),
        )
        for key, word in readings
    )
    known = dataclasses.replace(
        known,
        classification=dataclasses.replace(a_classification(), guesses=guesses),
        trace=(*known.trace, TraceStep("locate", "青新社区", ("社区名称", "同名的地方有2处"))),
    )
    await stores.reports.add(report, b"")
    await stores.cases.settle([known], lambda *_: AskOperator("请问是哪一处？", (), ()))
    desk = SqlDesk(
        database=stores.database,
        pack=pack,
        casework=Casework(FakeFiling(), Plane(LAT)),
        views=CaseViews(pack),
        sealer=Sealer.from_key(KEY),
        geocoder=InMemoryGeocoder([QINGXIN]),
        bus=FakeBus(),
        clock=stores.clock,
    )
    (item,) = (await desk.page(None, 10)).items
    return item


def _marked(item: DeskItemView, spans: list[SpanView]) -> list[tuple[str, str, str]]:
    return [(item.report.text[one.start : one.end], one.role, one.words) for one in spans]


async def test_the_words_behind_place_and_first_reading_are_marked_in_the_text_as_it_is_shown(
    stores: SqlStores, pack: CasePack
) -> None:
    report = a_report("r1", "  电话１３８１２３４５６７８ 我打13812345678，青新社区  路灯不亮有垃圾")
    item = await _asked(stores, pack, report, ("部件0118", "路灯不亮"), ("事件0102", "垃圾"))
    assert "13812345678" not in item.report.text
    lamp = ("路灯不亮", "category", pack.catalogue.entry("部件0118").category.name)
    assert _marked(item, item.spans) == [("青新社区", "community", "青新社区"), lamp]
    assert [_marked(item, one.spans) for one in item.readings] == [
        [lamp],
        [("垃圾", "category", pack.catalogue.entry("事件0102").category.name)],
    ]


async def test_a_reading_gives_way_to_the_place_where_both_claim_the_same_words(
    stores: SqlStores, pack: CasePack
) -> None:
    item = await _asked(stores, pack, a_report("r1", "青新社区灯坏了"), ("部件0118", "社区灯"))
    assert [words for words, _, _ in _marked(item, item.spans)] == ["青新社区", "灯"]
    assert [words for words, _, _ in _marked(item, item.readings[0].spans)] == ["灯"]


async def test_each_place_says_why_it_may_be_meant(stores: SqlStores, pack: CasePack) -> None:
    item = await _asked(stores, pack, a_report("r1", "青新社区灯坏了"))
    assert [place.reasons for place in item.places] == [["社区名称", "同名的地方有2处"]]


async def test_a_photo_that_waits_for_the_scanner_and_one_that_is_harmful_are_named(
    stores: SqlStores, pack: CasePack
) -> None:
    photos = tuple(Evidence(EvidenceKind.PHOTO, f"evidence:{one}", one * 64, "image/jpeg", 10) for one in "123")
    flags = SqlScanFlags(stores.database, stores.clock)
    await flags.flag([ScanFlag(one.sha256, one.uri, "r1") for one in photos[:2]])
    await flags.looked(photos[1].sha256, "Eicar-Test-Signature")
    report = dataclasses.replace(a_report("r1", "灯坏了"), evidence=photos)
    item = await _asked(stores, pack, report)
    assert (item.unscanned, item.harmful) == ([photos[0].sha256], [photos[1].sha256])
