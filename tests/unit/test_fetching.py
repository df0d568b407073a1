"""Addresses that strangers give: what is fetched, and what is never even connected to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from intake.channels.fetching import FetchLimits, GuardedFetcher, is_public, networks_of
from intake.errors import HubError, Invalid, TooLarge

LOOPBACK = networks_of("127.0.0.0/8")
CONTENT = b"a picture"


@dataclass
class Names(AbstractResolver):
    """Names and addresses; each look-up takes the next list, so that a name may change its mind."""

    answers: list[Sequence[str]]
    asked: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        addresses = self.answers[min(len(self.asked), len(self.answers)) - 1]
        return [
            {"hostname": host, "host": one, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
            for one in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


@dataclass
class Elsewhere:
    """A web server somewhere; `hits` are the paths it was asked for."""

    port: int
    hits: list[str] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    hits: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        hits.append(request.path)
        match request.path:
            case "/photo.jpg":
                return web.Response(body=CONTENT)
            case "/moved":
                raise web.HTTPFound("/photo.jpg")
            case "/away":
                raise web.HTTPFound(f"http://localhost:{request.url.port}/photo.jpg")
            case "/inward":
                raise web.HTTPFound("http://169.254.169.254/latest/meta-data")
            case "/round":
                raise web.HTTPFound("/round")
            case "/nowhere":
                return web.Response(status=302)
            case "/large":
                return web.Response(body=b"x" * 2000)
            case "/slow":
                await asyncio.sleep(30)
        raise web.HTTPNotFound

    app = web.Application()
    app.router.add_get("/{any:.*}", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield Elsewhere(server.port or 0, hits)


def fetcher(*answers: Sequence[str], networks: str = "127.0.0.0/8", seconds: float = 5.0) -> GuardedFetcher:
    limits = FetchLimits(file_bytes=1000, seconds=seconds, networks=networks_of(networks))
    names = Names(list(answers))
    return GuardedFetcher(limits, (lambda: names) if answers else None)


async def refused(one: GuardedFetcher, url: str) -> type[HubError]:
    with pytest.raises((Invalid, TooLarge)) as error:
        await one.fetch(url)
    return error.type


async def test_a_file_is_fetched(elsewhere: Elsewhere) -> None:
    assert await fetcher().fetch(elsewhere.url("/photo.jpg")) == CONTENT


async def test_a_redirect_to_the_same_host_is_followed(elsewhere: Elsewhere) -> None:
    assert await fetcher().fetch(elsewhere.url("/moved")) == CONTENT
    assert elsewhere.hits == ["/moved", "/photo.jpg"]


@pytest.mark.parametrize(
    ("path", "hits"),
    [("/away", 1), ("/inward", 1), ("/round", 4), ("/nowhere", 1), ("/missing", 1)],
)
async def test_what_gives_no_file_is_refused(elsewhere: Elsewhere, path: str, hits: int) -> None:
    assert (await refused(fetcher(), elsewhere.url(path)), len(elsewhere.hits)) == (Invalid, hits)


async def test_a_file_beyond_the_limit_is_refused(elsewhere: Elsewhere) -> None:
    assert await refused(fetcher(), elsewhere.url("/large")) is TooLarge


async def test_a_server_that_takes_its_time_is_left(elsewhere: Elsewhere) -> None:
    assert await refused(fetcher(seconds=0.2), elsewhere.url("/slow")) is Invalid


async def test_loopback_is_not_asked_unless_allowed(elsewhere: Elsewhere) -> None:
    one = fetcher(networks="")
    for host in ("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0", "[::1]", "[::ffff:127.0.0.1]"):
        assert await refused(one, elsewhere.url("/photo.jpg", host)) is Invalid
    assert elsewhere.hits == []


async def test_a_name_with_one_private_address_is_not_asked(elsewhere: Elsewhere) -> None:
    one = fetcher(["93.184.216.34", "10.0.0.1"], networks="")
    assert await refused(one, "http://photos.example/photo.jpg") is Invalid


async def test_the_address_that_was_checked_is_the_one_connected_to(elsewhere: Elsewhere) -> None:
    names = Names([["127.0.0.1"], ["10.255.255.1"]])
    one = GuardedFetcher(FetchLimits(networks=LOOPBACK), lambda: names)
    assert await one.fetch(elsewhere.url("/photo.jpg", "photos.example")) == CONTENT
    assert names.asked == ["photos.example"]


async def test_a_name_that_turns_inward_at_a_redirect_is_refused(elsewhere: Elsewhere) -> None:
    one = fetcher(["127.0.0.1"], ["10.0.0.1"])
    assert await refused(one, elsewhere.url("/moved", "photos.example")) is Invalid
    assert elsewhere.hits == ["/moved"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "photo.jpg",
        "//photos.example/a.jpg",
        "ftp://photos.example/a.jpg",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "http://li:secret@127.0.0.1/a.jpg",
        "http://",
        "http://[::1",
        "http://photos.example:99999/",
        "http://93.184.216.34:22/",
    ],
)
async def test_other_addresses_are_not_understood(url: str) -> None:
    assert await refused(fetcher(["127.0.0.1"], networks=""), url) is Invalid


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("::ffff:93.184.216.34", True),
        ("0.0.0.0", False),  # noqa: S104 - nothing listens
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("::7f00:1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::1", False),
        ("2001::1", False),
        ("fc00::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_addresses_are_told_apart(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public
