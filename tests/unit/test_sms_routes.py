"""The doors for the gateway: who may use them, in which encodings, and what is answered."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import BaseTestServer, TestServer
from yarl import URL

from intake.channels.sms import DELIVERY_PATH, MESSAGE_PATH, Answers, GatewayAccess, SmsChannel, SmsDoor, routes
from intake.errors import Forbidden, Temporary, Unauthenticated
from intake.http import mount
from intake.http.principal import Nobody
from intake.inbox import Inbox
from intake.model import Receipt, Report
from intake.model.sms import OutboundSms
from tests.fakes.bus import FakeBus
from tests.fakes.case_store import FakeCaseStore
from tests.fakes.clock import START, FakeClock
from tests.fakes.report_store import FakeReportStore
from tests.fakes.sms_store import FakeSmsStore

TEXT = "青新社区井盖不见了😀"
SECRET = "s3cret"


@dataclass
class Site:
    """The routes on a server."""

    server: BaseTestServer
    session: ClientSession
    reports: FakeReportStore
    store: FakeSmsStore

    async def call(self, path: str, *, method: str = "GET", password: str = SECRET, **more: object) -> int:
        """The status of an answer, which must never have a body when all is well."""
        known = {"Authorization": "Basic " + b64encode(f"kannel:{password}".encode()).decode()} if password else {}
        headers = {**known, **more.pop("headers", {})}  # type: ignore[dict-item]
        url = URL(str(self.server.make_url("/")).rstrip("/") + path, encoded=True)
        async with self.session.request(method, url, headers=headers, **more) as answer:  # type: ignore[arg-type]
            body = await answer.read()
            assert answer.status != 200 or body == b""
            return answer.status

    def texts(self) -> list[str]:
        return [one.text for one in self.reports.reports]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    clock = FakeClock()
    reports = FakeReportStore(clock)
    store = FakeSmsStore(reports, FakeCaseStore(reports, clock), clock)
    channel = SmsChannel(Inbox(reports, FakeBus()), store, FakeBus(), clock, Answers(""))
    app = web.Application()
    access = GatewayAccess.of(SECRET, "127.0.0.1")
    mount(app, routes(SmsDoor(channel, store, access, clock)), Nobody())
    async with TestServer(app) as server, ClientSession() as session:
        yield Site(server, session, reports, store)


def query(key: str, text: bytes, charset: str) -> str:
    return f"{MESSAGE_PATH}?id={key}&from=%2B8613800000001&to=12319&charset={charset}&coding=2&text={quote(text)}"


async def test_a_get_with_utf16_in_its_address_becomes_a_report_and_is_answered_with_nothing(site: Site) -> None:
    assert await site.call(query("a", TEXT.encode("utf-16-be"), "UTF-16BE")) == 200
    assert site.texts() == [TEXT]


async def test_a_post_with_the_text_as_its_body_becomes_a_report(site: Site) -> None:
    headers = {"X-Kannel-From": "+8613800000001", "X-Kannel-To": "12319", "Content-Type": "application/octet-stream"}
    body = TEXT.encode("utf-16-be")
    path = f"{MESSAGE_PATH}?id=a&coding=1&charset=8-BIT"
    assert await site.call(path, method="POST", data=body, headers=headers) == 200
    assert site.texts() == [TEXT]
    assert site.reports.reports[0].contact.phone == "13800000001"


async def test_a_repeated_message_is_answered_as_the_first_and_is_one_report(site: Site) -> None:
    assert [await site.call(query("a", TEXT.encode(), "UTF-8")) for _ in range(3)] == [200] * 3
    assert site.texts() == [TEXT]


@pytest.mark.parametrize("path", [MESSAGE_PATH, DELIVERY_PATH])
@pytest.mark.parametrize("password", ["", "wrong", "s3cret2"])
async def test_nobody_comes_in_without_the_secret(site: Site, path: str, password: str) -> None:
    assert await site.call(f"{path}?id=a&from=13800000001&to=12319&text=x&status=1", password=password) == 401
    assert site.texts() == []


async def test_what_could_not_be_made_durable_is_to_be_brought_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(report: Report, raw: bytes, **_: object) -> Receipt:
        raise Temporary("数据库暂时不可用。", "The database is away.")

    with monkeypatch.context() as broken:
        broken.setattr(site.reports, "add", away)
        assert await site.call(query("a", TEXT.encode(), "UTF-8")) == 503
    assert await site.call(query("a", TEXT.encode(), "UTF-8")) == 200
    assert site.texts() == [TEXT]


async def test_a_message_without_anything_is_kept_and_no_report(site: Site) -> None:
    assert await site.call(MESSAGE_PATH) == 200
    assert (site.texts(), len(site.store.inbound)) == ([], 1)


@pytest.mark.parametrize(
    ("status", "state"), [(1, "delivered"), (2, "failed"), (16, "failed"), (4, "accepted"), (8, "accepted")]
)
async def test_a_delivery_report_is_written_down(site: Site, status: int, state: str) -> None:
    await site.store.tell([OutboundSms("answer:a", "13800000001", "您好", START)], 1)
    site.store.queue["answer:a"].state = "accepted"
    assert await site.call(f"{DELIVERY_PATH}?id=answer%3Aa&status={status}&more=x") == 200
    assert site.store.queue["answer:a"].state == state


async def test_a_delivery_report_of_something_unknown_is_taken_so_that_it_is_not_brought_again(site: Site) -> None:
    assert await site.call(f"{DELIVERY_PATH}?id=nobody&status=1") == 200


@pytest.mark.parametrize("words", ["status=1", "id=a", "id=a&status=x", "id=a&status=-1"])
async def test_half_a_delivery_report_is_refused(site: Site, words: str) -> None:
    assert await site.call(f"{DELIVERY_PATH}?{words}") == 422


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::ffff:10.1.2.3"])
def test_an_allowed_address_comes_in_with_the_secret_and_not_without(address: str) -> None:
    access = GatewayAccess.of("s", "127.0.0.1, 10.0.0.0/8")
    access.check(address, "Basic " + b64encode(b"k:s").decode())
    with pytest.raises(Unauthenticated):
        access.check(address, "Basic " + b64encode(b"k:t").decode())


@pytest.mark.parametrize("address", ["127.0.0.2", "11.0.0.1", "::1", "-", ""])
def test_other_addresses_stay_outside(address: str) -> None:
    with pytest.raises(Forbidden):
        GatewayAccess.of("s", "127.0.0.1, 10.0.0.0/8").check(address, "Basic " + b64encode(b"k:s").decode())


@pytest.mark.parametrize("authorization", [None, "", "Basic", "Basic !", "Basic a2FubmVs", "Bearer s", "Basic azo="])
def test_an_empty_secret_lets_nobody_in(authorization: str | None) -> None:
    with pytest.raises(Unauthenticated):
        GatewayAccess.of("", "127.0.0.1").check("127.0.0.1", authorization)
