"""The API with everything behind it in memory, on a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from case_api.api import ApiServices, CityViews, routes
from case_api.api.shapes import (
    CatalogueEntryView,
    CatalogueView,
    ConditionView,
    DivisionsView,
    DivisionView,
    UnitEntryView,
)
from intake.http import Proxies, Route, StreamEvent, document_routes, mount
from intake.limits import LimitRules
from intake.model import PlaceCandidate, Precision
from tests.fakes.authenticator import FakeAuthenticator
from tests.fakes.case_services import FakeCases, FakeDesk, FakeReports, case, category, report
from tests.fakes.clock import FakeClock
from tests.fakes.evidence_store import FakeEvidenceStore
from tests.fakes.geocoder import InMemoryGeocoder
from tests.fakes.limit_ledger import FakeLimitLedger
from tests.fakes.report_store import FakeReportStore
from tests.fakes.scan_flags import FakeScanFlags
from tests.fakes.toll import a_turnstile

QINGXIN = PlaceCandidate(
    name="青新社区",
    code12="350582001004",
    lon=118.57,
    lat=24.81,
    precision=Precision.COMMUNITY,
    accuracy_metres=400.0,
    cell="350582001004001",
    confidence=0.8,
    span=(0, 0),
    reasons=("社区名称",),
)
STAFF = frozenset(
    {
        "cases.dispatch",
        "cases.history",
        "cases.read",
        "desk.read",
        "desk.resolve",
        "limits.allow",
        "limits.read",
        "reports.read",
        "reports.replay",
        "stream.read",
        "units.read",
    }
)


class FakeEvents:
    """Three events, then silence."""

    async def after(self, last_id: int) -> AsyncIterator[Sequence[StreamEvent]]:
        """Those beyond the last seen."""
        yield [StreamEvent(n, "case", {"seq": n}) for n in (1, 2, 3) if n > last_id]
        await asyncio.Event().wait()


@dataclass
class ApiSite:
    """The parts behind the API, and a client in front of it. `li` may do everything, `wang` nothing."""

    cases: FakeCases = field(default_factory=lambda: FakeCases(case()))
    reports: FakeReports = field(default_factory=lambda: FakeReports(report()))
    desk: FakeDesk = field(default_factory=FakeDesk)
    store: FakeReportStore = field(default_factory=FakeReportStore)
    evidence: FakeEvidenceStore = field(default_factory=FakeEvidenceStore)
    clock: FakeClock = field(default_factory=FakeClock)
    ledger: FakeLimitLedger = field(default_factory=FakeLimitLedger)
    flags: FakeScanFlags = field(default_factory=FakeScanFlags)
    shutdown: asyncio.Event = field(default_factory=asyncio.Event)
    proxies: Proxies = field(default_factory=Proxies)
    client: ClientSession | None = None

    @property
    def services(self) -> ApiServices:
        """What the routes are made from."""
        return ApiServices(
            cases=self.cases,
            case_map=self.cases,
            reports=self.reports,
            replayer=self.store,
            desk=self.desk,
            dispatch=self.cases,
            merging=self.cases,
            hot_spots=self.cases,
            evidence=self.evidence,
            evidence_finder=self.evidence,
            geocoder=InMemoryGeocoder([QINGXIN]),
            city=city(),
            known_category=lambda key: key == "部件0101",
            clock=self.clock,
            toll=a_turnstile(self.clock, LimitRules(lookups=10)),
            limits=self.ledger,
            flagged_photos=self.flags,
            events=FakeEvents(),
            shutdown=self.shutdown,
        )

    async def ask(
        self, method: str, path: str, told: object = None, headers: Mapping[str, str] | None = None, who: str = "li"
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Status, answer as JSON (None when empty) and headers of one request."""
        assert self.client is not None
        given = {"Authorization": f"Bearer {who}", **(headers or {})}
        async with self.client.request(method, path, headers=given, json=told) as answer:
            content = await answer.json(content_type=None) if await answer.read() else None
            return answer.status, content, answer.headers


@asynccontextmanager
async def running(site: ApiSite, *more: Route) -> AsyncIterator[ApiSite]:
    """The site behind a real server on a free port, its document at /openapi.json."""
    app, own = web.Application(), (*routes(site.services), *more)
    people = FakeAuthenticator(li=STAFF, wang=frozenset())
    mount(app, (*own, *document_routes(own, "12319 Hub", "1")), people, proxies=site.proxies)
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as client:
        site.client = client
        yield site
        site.shutdown.set()


def city() -> CityViews:
    """One category, one unit, one community."""
    condition = ConditionView(number=1, filing="井盖缺失", limit_value=2, limit_unit="紧急工作时", closing="井盖恢复")
    entry = CatalogueEntryView(**category().model_dump(), group="manhole", conditions=[condition])
    unit = UnitEntryView(code="U1", name="市自来水公司", name_en="Water company", kind="enterprise", parent_code=None)
    division = DivisionView(
        code12="350582001004",
        name="青新社区居民委员会",
        short_name="青新社区",
        level="community",
        type="111",
        parent_code12="350582001000",
        place=True,
        lon=118.57,
        lat=24.81,
    )
    divisions = DivisionsView(items=[division])
    return CityViews(CatalogueView(items=[entry]), (unit,), lambda: divisions)
