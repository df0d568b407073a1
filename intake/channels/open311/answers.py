"""Answers and errors in the format that the address names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from intake.channels.open311.shapes import ErrorListView
from intake.channels.open311.xml_text import write_xml
from intake.errors import HubError, IdempotencyConflict, Invalid
from intake.http import Call, ErrorForm, Language, dump_json
from intake.http.problem import problem_headers

XML, JSON = "text/xml; charset=utf-8", "application/json; charset=utf-8"
PREFIXES = ("/open311/", "/discovery.")
# 404 for what does not exist, 403 for a missing or wrong key, 400 for nearly all else (GeoReport v2, Errors).
_STATUSES: Mapping[int, int] = {401: 403, 422: 400}


def answer(call: Call, root: str, value: Sequence[Any] | Mapping[str, Any]) -> web.Response:
    """The value under this root, which JSON leaves out, in the format of the call's address."""
    return _write(call.path.get("format") == "json", root, value, 200)


def _write(as_json: bool, root: str, value: Sequence[Any] | Mapping[str, Any], status: int) -> web.Response:
    if as_json:
        return web.Response(body=dump_json(value), status=status, headers={"Content-Type": JSON})
    return web.Response(body=write_xml(root, value).encode(), status=status, headers={"Content-Type": XML})


def tell_error(request: web.Request, error: HubError, language: Language, status: int) -> web.Response:
    """An error as a list of `code` and `description`, one for each fault; XML unless the address ends in `.json`."""
    told = status if isinstance(error, IdempotencyConflict) else _STATUSES.get(status, status)
    english = language == "en"
    words = [error.en if english else error.zh]
    if isinstance(error, Invalid) and error.faults:
        words = [f"{one.pointer.lstrip('/')}: {one.en if english else one.zh}" for one in error.faults]
    value = [{"code": told, "description": one} for one in words]
    response = _write(request.path.endswith(".json"), "errors", value, told)
    headers = problem_headers(error, status)
    response.headers.update({name: one for name, one in headers.items() if name != "WWW-Authenticate"})
    return response


ERRORS = ErrorForm(PREFIXES, tell_error, _STATUSES, {"text/xml": None, "application/json": ErrorListView})
