"""What a handler gets: the request, already authenticated, read and validated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

from intake.errors import Forbidden, Unauthenticated
from intake.http.language import Language
from intake.http.principal import Principal
from intake.http.proxies import UNKNOWN
from intake.http.upload import Upload

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Parts:
    """The validated parts of a request, one model for each type that the route names; `raw` is the body as sent.

    `raw` is empty for multipart forms: their files are in `files`.
    """

    raw: bytes = b""
    body: BaseModel | None = None
    form: BaseModel | None = None
    query: BaseModel | None = None
    headers: BaseModel | None = None
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One request in the hands of its handler. `path` are the decoded variables of the route's path.

    `address` is the sender's, for limits; `secure` whether the sender's connection is encrypted: both as a trusted
    proxy says, if one stands in front.
    """

    request: web.Request
    principal: Principal | None = None
    language: Language = "zh"
    path: Mapping[str, str] = field(default_factory=dict)
    parts: Parts = field(default_factory=Parts)
    request_id: str = ""
    address: str = UNKNOWN
    secure: bool = False

    def body(self, kind: type[Model]) -> Model:
        """The JSON body. Raises TypeError when the route does not declare `kind` as its body."""
        return _declared(self.parts.body, kind, "body")

    def form(self, kind: type[Model]) -> Model:
        """The fields of a form, files included when the model names them. TypeError as for `body`."""
        return _declared(self.parts.form, kind, "form")

    def query(self, kind: type[Model]) -> Model:
        """The query. TypeError as for `body`."""
        return _declared(self.parts.query, kind, "query")

    def headers_as(self, kind: type[Model]) -> Model:
        """The headers that the route declares. TypeError as for `body`."""
        return _declared(self.parts.headers, kind, "headers")

    @property
    def files(self) -> tuple[Upload, ...]:
        """Every file of a multipart form, in order."""
        return self.parts.files

    @property
    def raw(self) -> bytes:
        """The body as sent (JSON and urlencoded forms)."""
        return self.parts.raw

    @property
    def csrf(self) -> str:
        """The token that forms of this session send back; empty without a cookie session."""
        return (self.principal.csrf if self.principal else None) or ""

    def say(self, zh: str, en: str) -> str:
        """The words of the sender's language."""
        return en if self.language == "en" else zh

    def user(self) -> Principal:
        """Who asks. Raises Unauthenticated on a public route without a sign-in."""
        if self.principal is None:
            raise Unauthenticated("请先登录。", "Sign in first.")
        return self.principal

    def may(self, permission: str) -> bool:
        """True when the asker is signed in and has the permission."""
        return self.principal is not None and permission in self.principal.permissions

    def require(self, permission: str) -> Principal:
        """Who asks, holding the permission. Raises Unauthenticated or Forbidden."""
        principal = self.user()
        if permission not in principal.permissions:
            raise Forbidden(
                f"需要权限 {permission}，请联系管理员。",
                f"This needs the permission {permission}: ask an administrator.",
            )
        return principal


def _declared(part: BaseModel | None, kind: type[Model], name: str) -> Model:
    if not isinstance(part, kind):
        raise TypeError(f"the route does not declare {kind.__name__} as its {name}")
    return part
