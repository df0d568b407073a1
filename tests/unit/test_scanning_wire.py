"""The bytes of clamd, and a daemon that misbehaves."""

from __future__ import annotations

import asyncio
import itertools
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.errors import Invalid, Temporary
from intake.scanning import Clamd, Finding
from intake.scanning.wire import CHUNK_BYTES, Reply, finding, request


@given(st.integers(0, 3 * CHUNK_BYTES))
def test_a_request_carries_the_whole_file_and_ends(length: int) -> None:
    content = bytes(n % 251 for n in range(length))
    sent = b"".join(request(content))
    assert sent[:10] == b"zINSTREAM\0"
    rest, carried = sent[10:], b""
    while (size := struct.unpack_from(">I", rest)[0]) > 0:
        carried, rest = carried + rest[4 : 4 + size], rest[4 + size :]
    assert (carried, rest) == (content, b"\0\0\0\0")


@given(st.lists(st.integers(0, 30), max_size=8))
def test_a_reply_is_read_however_it_is_split(cuts: Sequence[int]) -> None:
    raw = b"stream: Eicar-Signature FOUND\0"
    bounds = sorted({0, len(raw), *(min(cut, len(raw)) for cut in cuts)})
    reply = Reply()
    told = [reply.feed(raw[a:b]) for a, b in itertools.pairwise(bounds)]
    assert told == [None] * (len(told) - 1) + ["stream: Eicar-Signature FOUND"]


@pytest.mark.parametrize(
    ("reply", "found"),
    [("stream: OK", None), ("stream: Win.Test.EICAR_HDB-1 FOUND", Finding("Win.Test.EICAR_HDB-1"))],
)
def test_a_verdict_is_understood(reply: str, found: Finding | None) -> None:
    assert finding(reply) == found


@pytest.mark.parametrize("reply", ["", "INSTREAM size limit exceeded. ERROR", "UNKNOWN COMMAND", "stream: OKAY"])
def test_any_other_answer_means_that_nobody_looked(reply: str) -> None:
    with pytest.raises(Temporary):
        finding(reply)


@pytest.mark.parametrize("url", ["", "tcp://", "tcp://host", "tcp://host:x", "http://host:1", "/run/clamd"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        Clamd(url)


Daemon = Callable[[StreamReader, StreamWriter], Awaitable[None]]


@asynccontextmanager
async def daemon(behave: Daemon) -> AsyncIterator[str]:
    """Something that listens where clamd should."""

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await behave(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def hang_up(reader: StreamReader, _: StreamWriter) -> None:
    await reader.readexactly(10)


async def answer_early(reader: StreamReader, writer: StreamWriter) -> None:
    await reader.readexactly(10)
    writer.write(b"INSTREAM size limit exceeded. ERROR\0")
    await writer.drain()


async def never_end(reader: StreamReader, writer: StreamWriter) -> None:
    await reader.readexactly(10)
    writer.write(b"x" * 10_000)
    await writer.drain()
    await reader.read()


async def say_nothing(reader: StreamReader, _: StreamWriter) -> None:
    await reader.read()


@pytest.mark.parametrize("behave", [hang_up, answer_early, never_end])
async def test_a_daemon_that_misbehaves_is_one_that_did_not_look(behave: Daemon) -> None:
    async with daemon(behave) as url:
        with pytest.raises(Temporary):
            await Clamd(url, timeout_seconds=20).scan(b"x" * 1_000_000, "a.jpg")


async def test_a_daemon_that_says_nothing_is_waited_for_so_long_and_no_longer() -> None:
    async with daemon(say_nothing) as url:
        with pytest.raises(Temporary):
            await Clamd(url, timeout_seconds=0.05).scan(b"x", "a.jpg")
