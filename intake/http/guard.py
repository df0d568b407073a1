"""Stands before every handler (who asks, may they, is it whole) and behind it, so that no error gets out raw."""

from __future__ import annotations

import hmac
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from intake.errors import Forbidden, HubError, NotFound, Permanent, TooLarge, Unauthenticated
from intake.http.binding import path_values, read_parts
from intake.http.call import Call
from intake.http.error_form import form_of
from intake.http.errors import CsrfRefused, Malformed
from intake.http.language import Language, language_of
from intake.http.pages import ASKER, REQUEST_ID, problem_page
from intake.http.principal import Authenticator, Principal
from intake.http.problem import problem_answer, status_of
from intake.http.proxies import Proxies
from intake.http.reading import Limits, check_target
from intake.http.route import PUBLIC, SIGNED_IN, Route
from intake.log_context import REQUEST_ID as LOGGED_REQUEST_ID

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PAGE: web.RequestKey[bool] = web.RequestKey("page", bool)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PROGRAMS = ("/api/", "/open311/", "/channels/", "/stream", "/healthz", "/readyz", "/metrics", "/openapi.json")


@dataclass(frozen=True, slots=True)
class Guard:
    """Makes the aiohttp handler of a route."""

    authenticator: Authenticator
    limits: Limits = field(default_factory=Limits)
    proxies: Proxies = field(default_factory=Proxies)

    def protect(self, route: Route) -> Handler:
        """The route's handler behind authentication, permission, reading, validation and CSRF, in this order."""

        async def handle(request: web.Request) -> web.StreamResponse:
            request[PAGE] = route.page
            principal = await self.authenticator.who(request)
            if principal is not None:
                request[ASKER] = principal
            check_permission(principal, route.needs)
            path = path_values(request)
            header = request.headers.get("X-CSRF-Token", "")
            if route.form is None:
                principal = check_csrf(request, route, principal, header)
            parts, token = await read_parts(request, route, self.limits)
            if route.form is not None:
                principal = check_csrf(request, route, principal, header or token)
            call = Call(
                request,
                principal,
                language_of(request),
                path,
                parts,
                request_id=request[REQUEST_ID],
                address=self.proxies.address(request),
                secure=self.proxies.secure(request),
            )
            return await route.handler(call)

        return handle


def check_permission(principal: Principal | None, needs: str) -> None:
    """Raises Unauthenticated or Forbidden unless the asker may use a route that needs this."""
    if needs == PUBLIC:
        return
    if principal is None:
        raise Unauthenticated(
            "请先登录，或提供有效的访问令牌。", "Sign in first, or send a valid token as Authorization: Bearer."
        )
    if needs != SIGNED_IN and needs not in principal.permissions:
        raise Forbidden(
            f"当前账号没有权限 {needs}，请联系管理员。",
            f"This account lacks the permission {needs}: ask an administrator.",
        )


def check_csrf(request: web.Request, route: Route, principal: Principal | None, token: str) -> Principal | None:
    """Who the request counts as. Raises CsrfRefused for a cookie session's change without the session's token.

    On a public route such a request counts as anonymous instead: it gains nothing from the cookie.
    """
    if principal is None or principal.via != "session" or request.method in _SAFE:
        return principal
    if principal.csrf and hmac.compare_digest(token.encode("utf-8", "replace"), principal.csrf.encode("utf-8")):
        return principal
    if route.needs == PUBLIC:
        return None
    raise CsrfRefused(
        "页面已过期或请求不是来自本站，请刷新页面后再试。",
        "The page is out of date or the request came from elsewhere: reload the page and try again "
        "(programs send the session's token as X-CSRF-Token).",
    )


@web.middleware
async def supervise(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The supervision point of HTTP: whatever happens, the sender gets a problem, and the log its request id."""
    request_id = request[REQUEST_ID] = f"{random.getrandbits(64):016x}"
    LOGGED_REQUEST_ID.set(request_id)
    try:
        check_target(request)
        response = await handler(request)
    except HubError as error:
        response = _tell(request, error, status_of(error))
    except web.HTTPException as error:
        response = _translate(request, error)
    except ConnectionError:
        raise
    except Exception:
        logging.getLogger(__name__).exception("request %s failed; its sender was given a 500", request_id)
        response = _tell(request, _broken(request_id), 500)
    if not response.prepared:
        response.headers.setdefault("X-Request-Id", request_id)
    return response


def _translate(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    if error.status < 400:
        return _redirect(error)
    response = _tell(request, _named(error), error.status)
    if isinstance(error, web.HTTPMethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
    return response


def _redirect(error: web.HTTPException) -> web.Response:
    headers = {name: value for name, value in error.headers.items() if name in ("Location", "Set-Cookie")}
    response = web.Response(status=error.status, headers=headers)
    for morsel in error.cookies.values():
        response.cookies[morsel.key] = morsel
    return response


def _named(error: web.HTTPException) -> HubError:
    if error.status == 404:
        return NotFound("没有这个网址。", "There is nothing at this address.")
    if error.status == 405:
        return Permanent("此网址不支持该操作。", "This address does not know this method.")
    if error.status == 413:
        return TooLarge("内容过大。", "The request is too large.")
    return Malformed("请求有误。", f"The request cannot be taken: {error.reason}.")


def _broken(request_id: str) -> HubError:
    return HubError(
        f"系统出错，已记录（{request_id}），请稍后再试。",
        f"Something broke and was logged ({request_id}): try again later.",
    )


def _tell(request: web.Request, error: HubError, status: int) -> web.Response:
    language: Language = language_of(request) if not isinstance(error, Malformed) else _safe_language(request)
    form = form_of(request)
    if form is not None:
        return form.answer(request, error, language, status)
    if _is_page(request):
        return problem_page(request, error, language, status)
    return problem_answer(error, language, request.get(REQUEST_ID, "-"), status)


def _safe_language(request: web.Request) -> Language:
    try:
        return language_of(request)
    except ValueError:
        return "zh"


def _is_page(request: web.Request) -> bool:
    if PAGE in request:
        return bool(request[PAGE])
    return not request.path.startswith(_PROGRAMS)
