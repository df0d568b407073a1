"""What becomes of harmful photos, and of photos that nobody could look into: the report is never lost over them."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, FormData, web
from aiohttp.test_utils import TestServer
from PIL import Image

from intake.channels.web import WebChannel, routes
from intake.channels.web.pages import page_routes
from intake.http import TEMPLATES, make_environment, mount
from intake.inbox import Inbox
from intake.limits import Incidents, Kind, LimitRules, Senders, Tally
from intake.scanning import PhotoIntake, Rescan, Screening
from tests.fakes.authenticator import FakeAuthenticator
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.evidence_store import FakeEvidenceStore
from tests.fakes.report_store import FakeReportStore
from tests.fakes.scan_flags import FakeScanFlags
from tests.fakes.scanner import HARM, NAME, FakeScanner
from tests.fakes.toll import KEY, a_turnstile


def picture(*, harmful: bool = False, colour: str = "green") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, "JPEG")
    return buffer.getvalue() + (HARM if harmful else b"")


@dataclass
class Site:
    """The web channel with a scanner; `client` is a browser without scripts."""

    scanner: FakeScanner = field(default_factory=FakeScanner)
    flags: FakeScanFlags = field(default_factory=FakeScanFlags)
    store: FakeReportStore = field(default_factory=FakeReportStore)
    evidence: FakeEvidenceStore = field(default_factory=FakeEvidenceStore)
    clock: FakeClock = field(default_factory=FakeClock)
    rules: LimitRules = field(default_factory=LimitRules)
    keep: bool = True
    client: ClientSession | None = None

    def __post_init__(self) -> None:
        self.tally = Tally(self.clock.now)

    async def send(
        self, *photos: bytes, path: str = "/api/v1/reports", **fields: str
    ) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and body of a form with photos."""
        assert self.client is not None
        data = FormData(quote_fields=False, default_to_multipart=True)
        for name, value in {"text": "青新社区门口井盖不见了", **fields}.items():
            data.add_field(name, value)
        for content in photos:
            data.add_field("photo", io.BytesIO(content), filename="井盖.jpg", content_type="image/jpeg")
        async with self.client.post(path, data=data) as answer:
            return answer.status, answer.headers, await answer.text()

    def noted(self) -> dict[tuple[str, Kind, str], int]:
        return {(one.mark.door, one.mark.kind, one.mark.sender.shown): one.count for one in self.tally.drain()}


@asynccontextmanager
async def running(site: Site) -> AsyncIterator[Site]:
    screening = Screening(site.scanner, site.flags, Incidents(site.tally, Senders(KEY)), keep_when_away=site.keep)
    channel = WebChannel(
        Inbox(site.store, FakeBus()),
        PhotoIntake(site.evidence, screening),
        site.clock,
        {"部件0101"}.__contains__,
        a_turnstile(site.clock, site.rules),
    )
    app = web.Application()
    app[TEMPLATES] = make_environment(("intake.http", "intake.channels.web"))
    mount(app, (*routes(channel), *page_routes(channel)), FakeAuthenticator())
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as client:
        site.client = client
        yield site


def problem(body: str) -> Any:
    return json.loads(body)


async def test_a_harmful_photo_is_refused_by_name_and_nothing_is_kept() -> None:
    async with running(Site()) as site:
        status, _, body = await site.send(picture(), picture(harmful=True))
        fault = problem(body)["faults"][0]
        assert (status, problem(body)["code"], fault["pointer"]) == (422, "invalid", "/photo/1")
        assert (f"“井盖.jpg”被安全扫描拦下（{NAME}）" in fault["detail_zh"], len(problem(body)["faults"])) == (True, 1)
        assert (len(site.store.reports), len(site.evidence.kept)) == (0, 0)
        assert site.noted() == {("report", Kind.INFECTED, "127.0.0.1"): 1}


async def test_clean_photos_are_kept_and_nothing_is_noted() -> None:
    async with running(Site()) as site:
        assert (await site.send(picture()))[0] == 201
        assert (len(site.store.reports), site.flags.flags, site.noted()) == (1, {}, {})


async def test_a_report_is_taken_while_the_scanner_is_away_and_its_photo_flagged() -> None:
    async with running(Site(FakeScanner(away=True))) as site:
        status, _, body = await site.send(picture(), picture(colour="red"))
        assert status == 201
        (report,) = site.store.reports
        assert {one.report_id for one in site.flags.flags.values()} == {problem(body)["report_id"]}
        assert set(site.flags.flags) == {one.sha256 for one in report.evidence}
        assert site.noted() == {("report", Kind.UNSCANNED, "127.0.0.1"): 1}


async def test_a_report_sent_again_after_the_scanner_came_back_is_the_same_report() -> None:
    async with running(Site(FakeScanner(away=True))) as site:
        _, _, first = await site.send(picture(), idempotency_key="key-1")
        site.scanner.away = False
        status, _, again = await site.send(picture(), idempotency_key="key-1")
        assert (status, problem(again)["replayed"]) == (200, True)
        assert problem(again)["report_id"] == problem(first)["report_id"]


async def test_where_so_decided_a_photo_waits_with_its_sender_for_the_scanner() -> None:
    async with running(Site(FakeScanner(away=True), keep=False)) as site:
        status, headers, body = await site.send(picture())
        assert (status, problem(body)["code"], "Retry-After" in headers) == (503, "temporarily-unavailable", True)
        assert (len(site.store.reports), (await site.send())[0]) == (0, 201)


async def test_photos_are_looked_into_once_the_scanner_is_back() -> None:
    async with running(Site(FakeScanner(away=True))) as site:
        await site.send(picture(), picture(harmful=True))
        later = Rescan(site.scanner, site.flags, site.evidence, site.tally)
        assert await later.turn() == 0
        assert len(await site.flags.unscanned(10)) == 2
        site.scanner.away = False
        assert await later.turn() == 2
        assert [one.finding for one in site.flags.flags.values()] == [NAME]
        assert await later.turn() == 0


async def test_without_scripts_the_form_keeps_what_was_typed_and_says_how_long_to_wait() -> None:
    async with running(Site(rules=LimitRules(reports=1))) as site:
        told = {"place_words": "青新社区<门口>", "phone": "13805957531", "name": "陈女士"}
        assert (await site.send(path="/report", **told))[0] == 200
        status, headers, page = await site.send(picture(), path="/report", **told)
        assert (status, headers["Retry-After"]) == (429, "3600")
        typed = ("青新社区门口井盖不见了", "青新社区&lt;门口&gt;", "13805957531", "陈女士")
        told_so = ("请 60 分钟后再试，或拨打 12319", "照片需要重新选择")
        assert [words for words in (*typed, *told_so) if words not in page] == []
        assert len(site.store.reports) == 1


async def test_a_refused_form_costs_nothing_so_that_it_can_be_mended() -> None:
    async with running(Site(rules=LimitRules(reports=1))) as site:
        assert [(await site.send(phone="no number"))[0] for _ in range(3)] == [422] * 3
        assert (await site.send(phone="13805957531"))[0] == 201
