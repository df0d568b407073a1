"""Who is asking, and the port that finds out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from aiohttp import web

SESSION_COOKIE = "hub_session"


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person or program. `csrf` is set for cookie sessions only and must come back on unsafe methods."""

    user: str
    display_name: str
    role: str
    permissions: frozenset[str]
    csrf: str | None
    via: Literal["session", "token"]


class Authenticator(Protocol):
    """Finds who sends a request."""

    async def who(self, request: web.Request, /) -> Principal | None:
        """The sender, or None when nothing valid was shown. Raises Temporary when the accounts cannot be read."""
        ...


class Nobody:
    """An authenticator for applications without accounts: everybody is anonymous."""

    async def who(self, _: web.Request, /) -> Principal | None:
        """Always None."""
        return None
