"""What is no HTTP, readers that do not read, pages and cursors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from jinja2 import DictLoader

from intake.errors import Invalid
from intake.http import (
    PUBLIC,
    TEMPLATES,
    Call,
    HubRunner,
    Nobody,
    Route,
    StreamEvent,
    decode_cursor,
    encode_cursor,
    make_environment,
    mount,
    render,
    stream_answer,
)
from intake.http.sse import StreamLimits


async def test_what_is_no_http_is_answered_with_a_problem_too() -> None:
    app = web.Application()
    mount(app, (), Nobody())
    runner = HubRunner(app)
    await runner.setup()
    listener = await asyncio.get_running_loop().create_server(cast("Any", runner.server), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*listener.sockets[0].getsockname())
    writer.write(b"GET /api/v1/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n")
    head, _, body = (await asyncio.wait_for(reader.read(), 5)).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    listener.close()
    await runner.cleanup()
    assert b"Content-Type: application/problem+json" in head
    assert (json.loads(body)["status"], json.loads(body)["code"]) == (400, "malformed")


class Flood:
    """More events than any reader takes."""

    async def after(self, last_id: int) -> AsyncIterator[Sequence[StreamEvent]]:
        number = last_id
        while True:
            number += 1
            yield [StreamEvent(number, "case", {"text": "a" * 100_000})]


async def test_a_reader_that_does_not_read_is_dropped() -> None:
    ended = asyncio.Event()

    async def stream(call: Call) -> web.StreamResponse:
        try:
            return await stream_answer(call, Flood(), asyncio.Event(), StreamLimits(write_seconds=0.2))
        finally:
            ended.set()

    app = web.Application()
    mount(app, (Route("GET", "/stream", stream, PUBLIC, "events"),), Nobody())
    async with TestServer(app) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port, limit=1024)
        writer.write(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.read(10)
        await asyncio.wait_for(ended.wait(), 10)
        writer.transport.abort()


async def test_pages_are_escaped_and_speak_the_readers_language() -> None:
    environment = make_environment(())
    environment.loader = DictLoader({"a.html": "{{ t('案卷', 'Case') }} {{ word }} {{ at|moment }}"})

    async def page(call: Call) -> web.StreamResponse:
        return render(call, "a.html", word="<b>", at=datetime(2026, 11, 24, 0, 30, tzinfo=UTC))

    app = web.Application()
    app[TEMPLATES] = environment
    mount(app, (Route("GET", "/desk", page, PUBLIC, "desk", page=True),), Nobody())
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as client:
        async with client.get("/desk") as answer:
            assert await answer.text() == "案卷 &lt;b&gt; 2026-11-24 08:30"
        async with client.get("/desk?lang=en") as answer:
            assert await answer.text() == "Case &lt;b&gt; 2026-11-24 08:30"


@pytest.mark.parametrize(
    "cursor", ["", "x", "!!", "W10", "WzEsMl0", "WyJhIl0=", "é", encode_cursor("a", 1), "eyJhIjoxfQ"]
)
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    assert decode_cursor(encode_cursor(7, "a"), (int, str)) == (7, "a")
    with pytest.raises(Invalid):
        decode_cursor(cursor, (int, str))
