"""`Scanner` by ClamAV's daemon, over TCP or a unix socket."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from intake.errors import Invalid, Temporary
from intake.scanning.scanner import Finding
from intake.scanning.wire import Reply, finding, request

_AT_ONCE = 4
_READ_BYTES = 4096


class Clamd:
    """A daemon at `tcp://host:port` or `unix:/path`. A few files are looked at at once, the others wait their turn.

    Raises Invalid for another address. Nothing is connected before the first file.
    """

    def __init__(self, url: str, timeout_seconds: float = 10.0, most_bytes: int = 25 * 1024 * 1024) -> None:
        parts = urlsplit(url)
        self._path = parts.path if parts.scheme == "unix" else ""
        self._host, self._port = _endpoint(url)
        if not self._path and not self._port:
            raise Invalid(
                f"扫描服务地址 {url} 无法识别，请写作 tcp://主机:端口 或 unix:/路径。",
                f"The scanner's address {url} is not known: write tcp://host:port or unix:/path.",
            )
        self._timeout_seconds = timeout_seconds
        self._most_bytes = most_bytes
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def scan(self, content: bytes, name: str) -> Finding | None:
        """As the port says."""
        if len(content) > self._most_bytes:
            raise Temporary("文件超过扫描上限，未扫描。", "The file is larger than the scanner takes.")
        try:
            async with asyncio.timeout(self._timeout_seconds), self._turns, self._connected() as (reader, writer):
                return finding(await _ask(reader, writer, content))
        except (OSError, TimeoutError) as error:
            raise Temporary("扫描服务无法连接或没有应答。", f"The scanner is away: {type(error).__name__}.") from error

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
        if self._path:
            reader, writer = await asyncio.open_unix_connection(self._path)
        else:
            reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            yield reader, writer
        finally:
            writer.close()


async def _ask(reader: StreamReader, writer: StreamWriter, content: bytes) -> str:
    """The daemon's answer. It may answer, and close, before it was sent everything: too large a file is such a case."""
    with contextlib.suppress(ConnectionError):
        for piece in request(content):
            writer.write(piece)
            await writer.drain()
    reply = Reply()
    while data := await reader.read(_READ_BYTES):
        whole = reply.feed(data)
        if whole is not None:
            return whole
    raise Temporary("扫描服务中断了连接。", "The scanner hung up without an answer.")


def _endpoint(url: str) -> tuple[str, int]:
    """Host and port of a `tcp://` address; port 0 for anything else."""
    parts = urlsplit(url)
    try:
        port = parts.port or 0
    except ValueError:
        port = 0
    return (parts.hostname or "", port) if parts.scheme == "tcp" and parts.hostname else ("", 0)
