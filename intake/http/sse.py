"""Server-sent events: resumable, kept alive, and never waiting for a reader that is too slow."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from intake.errors import FieldFault, HubError, Invalid
from intake.http.answers import dump_json
from intake.http.call import Call


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event. `id` grows and is where a reader resumes; `data` becomes JSON."""

    id: int
    event: str
    data: Mapping[str, Any]


class EventSource(Protocol):
    """Where events come from."""

    def after(self, last_id: int) -> AsyncIterator[Sequence[StreamEvent]]:
        """Batches of events beyond `last_id`, first those already stored, then new ones as they come (an async
        generator: `async def` with `yield`). Raises Temporary when they cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """When a stream speaks, gives a reader up, and ends so that its reader signs in anew."""

    keep_alive_seconds: float = 15.0
    write_seconds: float = 10.0
    longest_seconds: float = 900.0
    waiting_batches: int = 16
    retry_milliseconds: int = 2000


async def stream_answer(
    call: Call, source: EventSource, shutdown: asyncio.Event, limits: StreamLimits | None = None
) -> web.StreamResponse:
    """Stream events after `Last-Event-ID` (or `?last_event_id=`) until the reader leaves or the hub stops.

    Without either the stream starts with what comes next only if the source treats -1 so. Raises Invalid for a last
    id that is no number.
    """
    bounds = limits or StreamLimits()
    last_id = last_event_id(call)
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
    )
    await response.prepare(call.request)
    if call.request.method == "HEAD":
        return response
    try:
        async with asyncio.timeout(bounds.longest_seconds):
            await _relay(response, source.after(last_id), shutdown, bounds)
    except (TimeoutError, ConnectionError):
        if call.request.transport is not None and call.request.transport.get_write_buffer_size():
            call.request.transport.abort()
    return response


def last_event_id(call: Call) -> int:
    """Where the reader stopped; -1 when it never read. Raises Invalid."""
    given = call.request.headers.get("Last-Event-ID") or call.request.query.get("last_event_id") or "-1"
    if given == "-1" or (given.isascii() and given.isdigit() and len(given) < 19):
        return int(given)
    zh, en = "Last-Event-ID 须为事件编号。", "Last-Event-ID must be the number of an event."
    raise Invalid(zh, en, (FieldFault("/headers/Last-Event-ID", zh, en),))


def encode_event(event: StreamEvent) -> bytes:
    """An event as the wire has it; JSON holds no line ends, so one data line is enough."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.id, event.event.encode("utf-8"), dump_json(event.data))


async def _relay(
    response: web.StreamResponse,
    batches: AsyncIterator[Sequence[StreamEvent]],
    shutdown: asyncio.Event,
    limits: StreamLimits,
) -> None:
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(limits.waiting_batches)
    async with asyncio.TaskGroup() as group:
        pump = group.create_task(_pump(batches, queue))
        stop = group.create_task(shutdown.wait())
        write = group.create_task(_write(response, queue, limits))
        await asyncio.wait((stop, write), return_when=asyncio.FIRST_COMPLETED)
        for task in (pump, stop, write):
            task.cancel()
    if write.done() and not write.cancelled() and (error := write.exception()):
        raise error


async def _pump(batches: AsyncIterator[Sequence[StreamEvent]], queue: asyncio.Queue[bytes | None]) -> None:
    try:
        async for batch in batches:
            await queue.put(b"".join(encode_event(event) for event in batch))
    except HubError as error:
        logging.getLogger(__name__).warning("a stream of events ends early, its reader will resume: %s", error)
    await queue.put(None)


async def _write(response: web.StreamResponse, queue: asyncio.Queue[bytes | None], limits: StreamLimits) -> None:
    chunk: bytes | None = b"retry: %d\n\n" % limits.retry_milliseconds
    while chunk is not None:
        async with asyncio.timeout(limits.write_seconds):
            await response.write(chunk)
        try:
            async with asyncio.timeout(limits.keep_alive_seconds):
                chunk = await queue.get()
        except TimeoutError:
            chunk = b": still here\n\n"
