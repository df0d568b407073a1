"""The shapes of accounts, sessions and tokens on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from case_api.accounts.roles import Role


class Taken(BaseModel):
    """Root of what is sent: unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SignIn(Taken):
    """Name and password."""

    user: Annotated[str, Field(min_length=1, max_length=40)]
    password: Annotated[str, Field(min_length=1, max_length=128, json_schema_extra={"format": "password"})]


class NewUser(Taken):
    """A new account."""

    user: Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[a-z][a-z0-9_.\-]*$")]
    password: Annotated[str, Field(min_length=10, max_length=128, json_schema_extra={"format": "password"})]
    role: Role
    display_name: Annotated[str, Field(min_length=1, max_length=40)]


class NewPassword(Taken):
    """A password in place of the old one."""

    password: Annotated[str, Field(min_length=10, max_length=128, json_schema_extra={"format": "password"})]


class NewToken(Taken):
    """A token for oneself: without `permissions` it may do all that its owner may."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    permissions: Annotated[list[Annotated[str, Field(max_length=40)]] | None, Field(max_length=50)] = None
    days: Annotated[int, Field(ge=1, le=366)] = 90


class SessionView(BaseModel):
    """Who is signed in. `csrf` goes into `X-CSRF-Token` of every change; null for a token."""

    user: str
    display_name: str
    role: Role
    permissions: list[str]
    csrf: str | None


class UserView(BaseModel):
    """An account as administrators see it."""

    user: str
    display_name: str
    role: Role
    disabled: bool
    created_at: datetime


class UserList(BaseModel):
    """All accounts."""

    items: list[UserView]


class TokenView(BaseModel):
    """A token without its secret."""

    id: str
    user: str
    name: str
    permissions: list[str]
    created_at: datetime
    expires_at: datetime


class IssuedToken(TokenView):
    """A new token with its secret, shown this once."""

    token: str


class TokenList(BaseModel):
    """The valid tokens of their owner."""

    items: list[TokenView]
