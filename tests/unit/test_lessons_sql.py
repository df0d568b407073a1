"""What the desk teaches the classifier: the categories that people chose, out of the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from case_api.casepack import CasePack, read_case_pack
from case_api.catalogue import Lesson
from case_api.services import Resolution
from case_api.store.case_views import CaseViews
from case_api.store.casework import Casework
from case_api.store.desk import SqlDesk
from case_api.store.lessons import SqlLessons
from case_api.store.plane import Plane
from case_api.store.sealing import Sealer
from intake.model import AskOperator, Correction
from intake.pack import Faults
from tests.fakes.bus import FakeBus
from tests.fakes.clock import START, FakeClock
from tests.fakes.filing import FakeFiling
from tests.fakes.geocoder import InMemoryGeocoder
from tests.fakes.samples import LAT, a_report, open_or_attach, understood
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


async def _asked(stores: SqlStores, name: str, text: str) -> None:
    report = a_report(name, text)
    await stores.reports.add(report, b"")
    await stores.cases.settle([understood(report)], lambda *_: AskOperator("是什么？", (), ()))


def _desk(stores: SqlStores, pack: CasePack) -> SqlDesk:
    return SqlDesk(
        database=stores.database,
        pack=pack,
        casework=Casework(FakeFiling(), Plane(LAT)),
        views=CaseViews(pack),
        sealer=Sealer.from_key(KEY),
        geocoder=InMemoryGeocoder([]),
        bus=FakeBus(),
        clock=stores.clock,
    )


async def test_a_category_the_desk_opened_a_case_with_is_a_lesson(stores: SqlStores, pack: CasePack) -> None:
    desk = _desk(stores, pack)
    for name, text in (
        ("r1", "黑得伸手不见五指，找13812345678"),
        ("r2", "一堆东西臭"),
        ("r3", "你们好"),
        ("r4", "没人回答"),
    ):
        await _asked(stores, name, text)
    await desk.resolve("r1", "li", Resolution(decision="open", category_key="部件0118", place=0))
    stores.clock.move(60)
    await desk.resolve("r2", "li", Resolution(decision="open", category_key="事件0102", condition_number=2, place=0))
    await desk.resolve("r3", "li", Resolution(decision="answer", note="问候"))
    assert await SqlLessons(stores.database, pack.catalogue).newest(10) == [
        Lesson("一堆东西臭", "problem", "事件0102", 2, "desk"),
        Lesson("黑得伸手不见五指，找138****5678", "problem", "部件0118", 1, "desk"),
    ]


async def test_a_case_that_nobody_was_asked_about_teaches_nothing(stores: SqlStores, pack: CasePack) -> None:
    report = a_report("r1")
    await stores.reports.add(report, b"")
    await stores.cases.settle([understood(report)], open_or_attach)
    assert await SqlLessons(stores.database, pack.catalogue).newest(10) == []


async def test_a_category_put_right_beside_a_report_is_a_lesson_with_the_text_put_right(
    stores: SqlStores, pack: CasePack
) -> None:
    for name, text in (("r1", "灯怀了"), ("r2", "不知名的东西")):
        await stores.reports.add(a_report(name, text), b"")
        await stores.reports.park(name, "读不懂")
    corrections = [
        Correction("category", "部件0118", "li", START),
        Correction("text", "灯坏了", "li", START),
    ]
    await stores.reports.replay("r1", corrections)
    await stores.reports.replay("r2", [Correction("category", "部件9999", "li", START)])
    assert await SqlLessons(stores.database, pack.catalogue).newest(10) == [
        Lesson("灯坏了", "problem", "部件0118", None, "desk")
    ]


async def test_the_newest_word_about_a_text_stands_and_only_so_many_are_read(stores: SqlStores, pack: CasePack) -> None:
    desk = _desk(stores, pack)
    for at, (name, key) in enumerate((("r1", "部件0118"), ("r2", "事件0102"), ("r3", "部件0402"))):
        await _asked(stores, name, "老样子" if at < 2 else "另一件")
        await desk.resolve(name, "li", Resolution(decision="open", category_key=key, place=0))
        stores.clock.move(60)
    lessons = SqlLessons(stores.database, pack.catalogue)
    assert [(one.text, one.category_key) for one in await lessons.newest(10)] == [
        ("另一件", "部件0402"),
        ("老样子", "事件0102"),
    ]
    assert [one.text for one in await lessons.newest(1)] == ["另一件"]
