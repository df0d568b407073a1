"""The page of the limits: who was checked or refused at the public doors, and photos that were not scanned."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from case_api.pages.services import PageServices
from intake.errors import NotFound
from intake.http import Call, Route, render

PATH = "/admin/limits"
PASS_HOURS = 1
_HOURS = 24

KINDS: Mapping[str, tuple[str, str, str]] = {
    "challenged": ("要求验证", "asked for a proof", "soon"),
    "solved": ("验证通过", "proof solved", "ok"),
    "wrong_proof": ("验证有误", "wrong proof", "late"),
    "refused": ("拒绝", "refused", "late"),
    "infected": ("拦下有害照片", "harmful photo refused", "late"),
    "unscanned": ("照片未扫描", "photo not scanned", "soon"),
}
DOORS: Mapping[str, tuple[str, str]] = {
    "report": ("上报", "reports"),
    "open311": ("Open311", "Open311"),
    "tracking": ("查询进度", "tracking"),
}


class PassForm(BaseModel):
    """Whom to let pass."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who_key: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]


def routes(services: PageServices) -> tuple[Route, ...]:
    """`/admin/limits`."""

    async def page(call: Call) -> web.StreamResponse:
        found = await services.limits.page(services.clock.now(), _HOURS)
        photos = await services.flagged_photos.listed()
        return render(call, "limits.html", page=found, photos=photos, guards=services.guards, kinds=KINDS, doors=DOORS)

    async def allow(call: Call) -> web.StreamResponse:
        told = call.form(PassForm)
        # A line that is too old is gone: the page as it is now shows that.
        with contextlib.suppress(NotFound):
            await services.limits.allow(told.who_key, PASS_HOURS, call.user().user, services.clock.now())
        raise web.HTTPSeeOther(PATH)

    return (
        Route("GET", PATH, page, "limits.read", "限流与拦截 / limits and abuse", page=True),
        Route("POST", PATH, allow, "limits.allow", "放行一小时 / let pass for an hour", form=PassForm, page=True),
    )
