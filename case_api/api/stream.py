"""The live feed of case events."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from case_api.api.services import ApiServices
from case_api.api.shapes import Strict
from intake.http import Call, Route, stream_answer


class StreamHeaders(Strict):
    """Where to resume."""

    last_event_id: Annotated[
        str | None,
        Field(alias="Last-Event-ID", pattern=r"^(-1|[0-9]{1,18})$", description="续传起点 / resume after this event"),
    ] = None


class StreamQuery(Strict):
    """Where to resume, for readers that cannot set headers."""

    last_event_id: Annotated[str | None, Field(pattern=r"^(-1|[0-9]{1,18})$")] = None


def routes(services: ApiServices) -> tuple[Route, ...]:
    """`/stream`."""

    async def stream(call: Call) -> web.StreamResponse:
        return await stream_answer(call, services.events, services.shutdown)

    return (
        Route(
            "GET",
            "/stream",
            stream,
            "stream.read",
            "案卷动态（SSE） / case events as they happen",
            tag="动态 stream",
            query=StreamQuery,
            headers=StreamHeaders,
            media_type="text/event-stream",
        ),
    )
