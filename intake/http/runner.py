"""Runs an application so that even what is no HTTP is answered with a problem document."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import cast

from aiohttp import web

from intake.http.errors import Malformed
from intake.http.problem import problem_answer

_LINGERING_SECONDS = 30.0


class ProblemProtocol(web.RequestHandler):
    """aiohttp's connection, answering requests that it cannot parse with a problem instead of plain text."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """A 4xx becomes a problem; the connection ends, as its bytes can no longer be told apart."""
        plain = super().handle_error(request, status, exc, message)
        if not 400 <= status < 500:
            return plain
        error = Malformed("无法识别的 HTTP 请求。", "This is not an HTTP request that can be understood.")
        answer = problem_answer(error, status=status)
        answer.force_close()
        return answer


class HubRunner(web.AppRunner):
    """An `AppRunner` whose connections are `ProblemProtocol`s; uploads that were refused may finish for 30 s."""

    def __init__(self, app: web.Application) -> None:
        super().__init__(app, access_log=None, lingering_time=_LINGERING_SECONDS)

    @property
    def server(self) -> web.Server | None:
        """What a site listens with; None before `setup`."""
        inner = super().server
        if inner is None:
            return None
        silent = cast("logging.Logger", None)
        factory: Callable[[], web.RequestHandler] = lambda: ProblemProtocol(  # noqa: E731 - a site wants one callable
            inner, loop=asyncio.get_running_loop(), access_log=silent, lingering_time=_LINGERING_SECONDS
        )
        return cast("web.Server", factory)
