"""People known by their token alone."""

from __future__ import annotations

from aiohttp import web

from intake.http import Principal


class FakeAuthenticator:
    """Implements `intake.http.Authenticator`: `Authorization: Bearer NAME` is the person NAME."""

    def __init__(self, **permissions: frozenset[str]) -> None:
        self._permissions = permissions

    async def who(self, request: web.Request) -> Principal | None:
        """The person with this token."""
        name = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if name not in self._permissions:
            return None
        return Principal(name, name, "staff", self._permissions[name], None, "token")
