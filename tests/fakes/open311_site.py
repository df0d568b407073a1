"""Open311 with everything behind it in memory, on a real server, and a client in front of it."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from PIL import Image

from intake.channels.open311 import (
    CONDITION,
    Attribute,
    Endpoint,
    Option,
    Rules,
    Service,
    ServiceList,
    discovery_routes,
    general_attributes,
    routes,
)
from intake.http import NoToll, Principal, Toll, mount
from intake.inbox import Inbox
from intake.scanning import PhotoIntake
from tests.fakes.authenticator import FakeAuthenticator
from tests.fakes.bus import FakeBus
from tests.fakes.clock import START, FakeClock
from tests.fakes.evidence_store import FakeEvidenceStore
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.report_store import FakeReportStore
from tests.fakes.service_request_reader import FakeServiceRequestReader

KEYS = {
    "app": frozenset({"reports.submit"}),
    "other-app": frozenset({"reports.submit"}),
    "staff": frozenset({"reports.submit", "reports.read"}),
    "blind": frozenset({"units.read"}),
}
MANHOLE = Service(
    code="P0101",
    category_key="部件0101",
    name="上水井盖",
    name_en="Water cover",
    description="缺失；破损",
    group="公用设施",
    keywords=("井盖", "窨井"),
    attributes=(
        Attribute(CONDITION, "哪种情形", "Which", (Option("1", "缺失", "missing"), Option("2", "破损", "broken"))),
        *general_attributes(),
    ),
)
LAMP = Service("P0118", "部件0118", "路灯", "Street lamp", "不亮", "公用设施")


class FakeKeys:
    """Implements `intake.channels.open311.KeyReader`: a key is the name of its owner."""

    async def of_token(self, secret: str) -> Principal | None:
        """Its owner."""
        granted = KEYS.get(secret)
        return None if granted is None else Principal(secret, secret, "staff", granted, None, "token")


@dataclass
class Open311Site:
    """The parts; `send` and `get` speak JSON, `xml` XML."""

    reader: FakeServiceRequestReader = field(default_factory=FakeServiceRequestReader)
    store: FakeReportStore = field(default_factory=FakeReportStore)
    evidence: FakeEvidenceStore = field(default_factory=FakeEvidenceStore)
    fetcher: FakeFetcher = field(default_factory=FakeFetcher)
    clock: FakeClock = field(default_factory=FakeClock)
    toll: Toll = field(default_factory=NoToll)
    rules: Rules = field(default_factory=lambda: Rules(frozenset({"350582"}), contact="12319", key_service="ask"))
    client: ClientSession | None = None

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint at /open311/v2."""
        return Endpoint(
            prefix="/open311/v2",
            services=ServiceList.of((MANHOLE, LAMP), START),
            places={"350582001004": "青阳街道青新社区"},
            reader=self.reader,
            inbox=Inbox(self.store, FakeBus()),
            evidence=self.evidence,
            photos=PhotoIntake(self.evidence),
            fetcher=self.fetcher,
            keys=FakeKeys(),
            toll=self.toll,
            clock=self.clock,
            rules=self.rules,
        )

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Status and JSON of an address below /open311/v2."""
        return await self._ask("GET", path, None, headers)

    async def send(self, fields: object, path: str = "/requests.json", **headers: str) -> tuple[int, Any]:
        """Status and JSON of a POST; fields of a mapping, pairs or a form."""
        return await self._ask("POST", path, fields, {name.replace("_", "-"): one for name, one in headers.items()})

    async def file(self, **fields: str | None) -> tuple[int, Any]:
        """File a request about a manhole; an empty field is sent as such, None is left out."""
        whole: dict[str, str | None] = {
            "api_key": "app",
            "service_code": "P0101",
            "lat": "24.81",
            "long": "118.57",
            **fields,
        }
        return await self.send({name: one for name, one in whole.items() if one is not None})

    async def xml(self, method: str, path: str, fields: object = None) -> tuple[int, ET.Element]:
        """Status and root of an XML answer."""
        assert self.client is not None
        async with self.client.request(method, f"/open311/v2{path}", data=fields) as answer:
            return answer.status, ET.fromstring(await answer.text())  # noqa: S314 - our own answer

    async def _ask(self, method: str, path: str, fields: object, headers: Mapping[str, str]) -> tuple[int, Any]:
        assert self.client is not None
        given = {"Accept-Language": "en", **headers}
        async with self.client.request(method, f"/open311/v2{path}", data=fields, headers=given) as answer:
            return answer.status, json.loads(await answer.read())


@asynccontextmanager
async def open311_site(site: Open311Site) -> AsyncIterator[Open311Site]:
    """The site behind a server on a free port."""
    app = web.Application()
    own = (*discovery_routes((("production", site.endpoint), ("test", site.endpoint))), *routes(site.endpoint))
    mount(app, own, FakeAuthenticator(**KEYS))
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as client:
        site.client = client
        yield site


def picture(colour: tuple[int, int, int] = (200, 10, 10)) -> bytes:
    """A small JPEG."""
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(buffer, "JPEG")
    return buffer.getvalue()
