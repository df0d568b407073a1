"""Who sends a request: the peer, or whom a trusted proxy names. The test's client is the peer 127.0.0.1."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from intake.http import PUBLIC, Call, Nobody, Proxies, Route, json_answer, mount

LOOPBACK = "127.0.0.1, ::1"


async def _who(call: Call) -> web.StreamResponse:
    return json_answer({"address": call.address, "secure": call.secure})


@asynccontextmanager
async def serving(trusted: str) -> AsyncIterator[ClientSession]:
    app = web.Application()
    mount(app, (Route("GET", "/who", _who, PUBLIC, "who"),), Nobody(), proxies=Proxies.of(trusted))
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as client:
        yield client


async def who(trusted: str, *headers: tuple[str, str]) -> tuple[str, bool]:
    async with serving(trusted) as client, client.get("/who", headers=list(headers)) as answer:
        told = await answer.json()
        return told["address"], told["secure"]


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        ("", "203.0.113.9", "127.0.0.1"),
        ("10.0.0.0/8", "203.0.113.9", "127.0.0.1"),
        (LOOPBACK, "203.0.113.9", "203.0.113.9"),
        (LOOPBACK, "203.0.113.9:51234", "203.0.113.9"),
        (LOOPBACK, "2001:db8::7", "2001:db8::7"),
        (LOOPBACK, "[2001:db8::7]:443", "2001:db8::7"),
        # The sender invented the first; the proxy added the last.
        (LOOPBACK, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1,10.0.0.0/8", "198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("127.0.0.1,10.0.0.0/8", "198.51.100.1, 203.0.113.9, ::ffff:10.1.2.3", "203.0.113.9"),
        ("127.0.0.1,10.0.0.0/8", "10.9.9.9, 10.1.2.3", "10.9.9.9"),
        (LOOPBACK, "203.0.113.9, unknown", "127.0.0.1"),
        (LOOPBACK, "", "127.0.0.1"),
        (LOOPBACK, " , ", "127.0.0.1"),
    ],
)
async def test_the_sender_is_whom_the_last_trusted_proxy_names(trusted: str, forwarded: str, address: str) -> None:
    assert await who(trusted, ("X-Forwarded-For", forwarded)) == (address, False)


async def test_repeated_headers_are_one_list() -> None:
    headers = ("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", "203.0.113.9")
    assert await who(LOOPBACK, *headers) == ("203.0.113.9", False)


@pytest.mark.parametrize(
    ("trusted", "protocol", "secure"),
    [
        ("", "https", False),
        ("10.0.0.0/8", "https", False),
        (LOOPBACK, "https", True),
        (LOOPBACK, "HTTPS", True),
        (LOOPBACK, "http", False),
        (LOOPBACK, "https, http", False),
        (LOOPBACK, "", False),
    ],
)
async def test_only_a_trusted_proxy_says_that_the_sender_came_by_https(
    trusted: str, protocol: str, secure: bool
) -> None:
    assert await who(trusted, ("X-Forwarded-Proto", protocol)) == ("127.0.0.1", secure)


@pytest.mark.parametrize("words", ["proxy.example", "10.0.0.1/8", "127.0.0.1;::1"])
def test_words_that_are_no_network_are_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Proxies.of(words)
