"""The tracking page: a number and a secret show how far a report has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from case_api.pages.services import PageServices
from case_api.pages.stages import POSITIONS, stage_marks
from case_api.views import TrackingView
from intake.errors import HubError
from intake.http import PUBLIC, Call, Door, Route, render
from intake.http.problem import status_of


class TrackForm(BaseModel):
    """What the receipt said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Annotated[str, Field(max_length=40)]
    secret: Annotated[str, Field(max_length=80)]


@dataclass(frozen=True, slots=True)
class TrackingPages:
    """Handlers of `/track`."""

    services: PageServices

    async def form(self, call: Call) -> web.StreamResponse:
        """The empty form."""
        return _page(call)

    async def look(self, call: Call) -> web.StreamResponse:
        """The report, for readers without JavaScript. Guessing is slowed down as in the API."""
        given = call.form(TrackForm)
        try:
            await self.services.toll.pay(call, Door.TRACKING)
            view = await self.services.reports.tracking(given.number.strip(), given.secret.strip())
        except HubError as error:
            return _page(call, number=given.number, error=error)
        await self.services.toll.give_back(call, Door.TRACKING)
        return _page(call, number=given.number, view=view)


def _page(
    call: Call, *, number: str = "", view: TrackingView | None = None, error: HubError | None = None
) -> web.Response:
    return render(
        call,
        "tracking.html",
        status=200 if error is None else status_of(error),
        number=number,
        view=view,
        marks=stage_marks(view.stage if view else ""),
        positions=POSITIONS,
        fault=call.say(error.zh, error.en) if error else "",
    )


def routes(services: PageServices) -> tuple[Route, ...]:
    """`/track`."""
    own = TrackingPages(services)
    return (
        Route("GET", "/track", own.form, PUBLIC, "进度查询页 / the tracking page", page=True),
        Route("POST", "/track", own.look, PUBLIC, "查询进度 / look a report up", form=TrackForm, page=True),
    )
