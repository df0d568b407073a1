"""The public form and its receipt, complete without JavaScript; with it the form talks to `/api/v1/reports`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from aiohttp import web

from intake.channels.web.choices import Choice
from intake.channels.web.shapes import SubmitForm, SubmitHeaders
from intake.channels.web.submit import WebChannel
from intake.errors import HubError, Invalid, Permanent, Temporary
from intake.http import PUBLIC, Call, Route, render
from intake.http.problem import problem_headers, status_of


def page_routes(channel: WebChannel, choices: Sequence[Choice] = ()) -> tuple[Route, ...]:
    """`GET /` and `POST /report`. `choices` are the categories offered as pictures."""

    async def form(call: Call) -> web.StreamResponse:
        return _form(call, choices)

    async def submit(call: Call) -> web.StreamResponse:
        try:
            receipt = await channel.submit(call)
        except (Permanent, Temporary) as error:
            return _form(call, choices, error)
        return render(call, "receipt.html", receipt=receipt)

    return (
        Route("GET", "/", form, PUBLIC, "公众上报 / the public form", page=True),
        Route(
            "POST",
            "/report",
            submit,
            PUBLIC,
            "提交上报 / send the form",
            form=SubmitForm,
            headers=SubmitHeaders,
            page=True,
        ),
    )


def _form(call: Call, choices: Sequence[Choice], error: HubError | None = None) -> web.Response:
    """The form, with what was typed and what is wrong with it. A refused form gets a new key: it will be another."""
    told = call.parts.form
    values = (
        told.model_dump(exclude={"photo"}) if isinstance(told, SubmitForm) else dict.fromkeys(SubmitForm.model_fields)
    )
    response = render(
        call,
        "report_form.html",
        status=200 if error is None else status_of(error),
        choices=choices,
        key=secrets.token_urlsafe(18),
        values=values,
        faults=_faults(call, error),
        summary=_summary(call, error) if error else "",
    )
    if error is not None:
        response.headers.update(problem_headers(error, response.status))
    return response


def _summary(call: Call, error: HubError) -> str:
    """What is wrong. A browser does not give photos back to its form, so whoever sent some is told."""
    words = call.say(error.zh, error.en)
    if not call.files:
        return words
    return words + call.say("照片需要重新选择。", " Choose the photos again.")


def _faults(call: Call, error: HubError | None) -> Mapping[str, str]:
    if not isinstance(error, Invalid):
        return {}
    return {fault.pointer.split("/")[1]: call.say(fault.zh, fault.en) for fault in error.faults if "/" in fault.pointer}
