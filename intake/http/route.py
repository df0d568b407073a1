"""A route as a value: what it takes, what it answers, who may use it. Rooms export routes, `hub` mounts them.

The OpenAPI document is generated from the same types that validate, so the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web
from pydantic import BaseModel

from intake.http.error_form import ErrorForm

if TYPE_CHECKING:
    from intake.http.call import Call

Handler = Callable[["Call"], Awaitable[web.StreamResponse]]

PUBLIC = "public"
SIGNED_IN = "signed-in"


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path.

    `needs` is `PUBLIC`, `SIGNED_IN` or the name of a permission such as `cases.dispatch`: there is no default, so that
    nothing is open by accident. `body` is JSON, `form` is multipart or urlencoded; a route may take both. `also` are
    statuses of answers that are no problems, beside `status`. `problems` are the statuses of the problem+json answers
    beyond 400, 401, 403 and 500-free defaults. `also_media` are media types that it answers too, which no schema
    describes; `errors` is how errors are told when not as problem+json. Pages set `page` and stay out of the OpenAPI
    document.
    """

    method: str
    path: str
    handler: Handler
    needs: str
    summary: str
    tag: str = ""
    body: type[BaseModel] | None = None
    form: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    headers: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    media_type: str = "application/json"
    problems: tuple[int, ...] = ()
    also: tuple[int, ...] = ()
    also_media: tuple[str, ...] = ()
    errors: ErrorForm | None = None
    page: bool = False
