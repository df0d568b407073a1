"""Signing in with and without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from case_api.pages.rooms import room_of
from case_api.pages.services import PageServices
from intake.errors import HubError
from intake.http import PUBLIC, SESSION_COOKIE, Call, CsrfRefused, Route, render
from intake.http.problem import status_of


class SignInForm(BaseModel):
    """Name and password, and the page to return to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: Annotated[str, Field(max_length=40)]
    password: Annotated[str, Field(max_length=128)]
    next: Annotated[str, Field(max_length=500)] = ""


@dataclass(frozen=True, slots=True)
class SignInPages:
    """Handlers of `/sign-in`."""

    services: PageServices

    async def form(self, call: Call) -> web.StreamResponse:
        """The form; who is signed in goes to their room."""
        if call.principal is not None:
            return _see_other(room_of(call.principal))
        return render(call, "sign_in.html", next="", user="", fault="")

    async def submit(self, call: Call) -> web.StreamResponse:
        """Sign in and go on; the form again when that fails."""
        check_same_site(call)
        given = call.form(SignInForm)
        try:
            secret, principal = await self.services.sign_in(given.user, given.password, call.address)
        except HubError as error:
            fault = call.say(error.zh, error.en)
            return render(
                call, "sign_in.html", status=status_of(error), next=local_path(given.next), user=given.user, fault=fault
            )
        response = _see_other(local_path(given.next) or room_of(principal))
        secure = self.services.secure_cookies or call.secure
        response.set_cookie(
            SESSION_COOKIE,
            secret,
            max_age=self.services.session_seconds,
            path="/",
            secure=secure,
            httponly=True,
            samesite="Lax",
        )
        return response


def local_path(path: str) -> str:
    """The path when it leads to a page of ours, "" otherwise."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else ""


def check_same_site(call: Call) -> None:
    """Raises CsrfRefused for a form that another site sent: nobody is to be signed in under a stranger's name."""
    origin = call.request.headers.get("Origin")
    fetched = call.request.headers.get("Sec-Fetch-Site", "none")
    foreign = origin is not None and urlsplit(origin).netloc != call.request.host
    if foreign or fetched == "cross-site":
        raise CsrfRefused(
            "请在本站的登录页登录。",
            "Sign in on the sign-in page of this site.",
        )


def _see_other(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


def routes(services: PageServices) -> tuple[Route, ...]:
    """`/sign-in`."""
    own = SignInPages(services)
    return (
        Route("GET", "/sign-in", own.form, PUBLIC, "登录页 / the sign-in page", page=True),
        Route("POST", "/sign-in", own.submit, PUBLIC, "登录 / sign in", form=SignInForm, page=True),
    )
