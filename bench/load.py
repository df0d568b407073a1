"""Load over HTTP: closed loop (as fast as answers come) and open loop (on schedule, late answers count as late).

The sender shares the machine with what it measures, so it is as light as it can be: requests written and answers read
on plain streams, connections kept open.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_PATIENCE_SECONDS = 60
_TAKEN = (b"HTTP/1.1 200", b"HTTP/1.1 201")


@dataclass(slots=True)
class Outcome:
    """What a load saw: seconds from the moment a request was due to its acknowledgement, and failures."""

    seconds: list[float] = field(default_factory=list)
    failures: int = 0
    took_seconds: float = 0.0

    def percentile_ms(self, share: float) -> float:
        """The share-quantile in milliseconds; 0 when nothing was acknowledged."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


@dataclass(slots=True)
class _Connections:
    """Idle connections to one port of this machine."""

    port: int
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def submit(self, text: str, due: float, outcome: Outcome) -> None:
        """One report; its acknowledgement or failure goes into the outcome. A broken connection is not used again."""
        try:
            reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(_request(text))
            async with asyncio.timeout(_PATIENCE_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(_length(head))
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            outcome.failures += 1
            return
        self.idle.append((reader, writer))
        if head.startswith(_TAKEN):
            outcome.seconds.append(time.perf_counter() - due)
        else:
            outcome.failures += 1

    def close(self) -> None:
        """Let go of all."""
        for _, writer in self.idle:
            writer.close()


async def closed_loop(port: int, texts: Iterator[str], count: int, clients: int) -> Outcome:
    """`count` reports by so many clients, each sending its next when the last was acknowledged."""
    outcome, connections = Outcome(), _Connections(port)
    remaining = iter(range(count))

    async def client() -> None:
        for _ in remaining:
            await connections.submit(next(texts), time.perf_counter(), outcome)

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    outcome.took_seconds = time.perf_counter() - begun
    connections.close()
    return outcome


async def open_loop(port: int, texts: Iterator[str], rate: float, seconds: float) -> Outcome:
    """`rate` reports a second for so long, each at its moment whatever became of the others."""
    outcome, connections = Outcome(), _Connections(port)
    async with asyncio.TaskGroup() as group:
        begun = time.perf_counter()
        for number in range(round(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(connections.submit(next(texts), due, outcome))
    outcome.took_seconds = time.perf_counter() - begun
    connections.close()
    return outcome


def _request(text: str) -> bytes:
    body = json.dumps({"text": text}, ensure_ascii=False).encode()
    head = "POST /api/v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
    return f"{head}{len(body)}\r\n\r\n".encode() + body


def _length(head: bytes) -> int:
    """The Content-Length of an answer's head."""
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0])
