"""Accounts: who there is, who is signed in, and who sends a request."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from aiohttp import web
from sqlalchemy import Connection, select

from case_api.accounts import people, sessions, tokens
from case_api.accounts.cache import PrincipalCache
from case_api.accounts.credentials import MARK, digest_of, new_session_secret, new_token
from case_api.accounts.database import AccountsDatabase
from case_api.accounts.passwords import Passwords
from case_api.accounts.sessions import SessionLimits
from case_api.accounts.shapes import IssuedToken, TokenView, UserView
from case_api.accounts.tables import ACCOUNT
from case_api.accounts.throttle import Throttle
from intake.errors import Unauthenticated
from intake.http import SESSION_COOKIE, Principal
from intake.ports import Clock

_DAY_MS = 24 * 3600 * 1000


class SignedIn(NamedTuple):
    """A new session: the cookie's secret, and whose it is."""

    secret: str
    principal: Principal


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of the hub on its database; also the `Authenticator` of its HTTP."""

    db: AccountsDatabase
    clock: Clock
    limits: SessionLimits = field(default_factory=SessionLimits)
    passwords: Passwords = field(default_factory=Passwords)
    throttle: Throttle = field(default_factory=Throttle)
    cache: PrincipalCache = field(default_factory=PrincipalCache)

    async def add_user(self, user: str, password: str, role: str, display_name: str = "") -> UserView:
        """Make an account. Raises Invalid for a name, role or password that cannot be; NotAllowedNow when taken."""
        shown = display_name or user
        people.check_user(user, role, shown)
        row: dict[str, object] = {
            "user_name": user,
            "display_name": shown,
            "role": role,
            "password_hash": await self.passwords.hash(password),
            "created_ms": self._now_ms(),
        }
        await self.db.write(lambda connection: people.add(connection, row))
        return await self.user(user)

    async def user(self, user: str) -> UserView:
        """One account. Raises NotFound."""
        return await self.db.read(lambda connection: people.one(connection, user))

    async def list_users(self) -> Sequence[UserView]:
        """All accounts by name."""
        return await self.db.read(people.listed)

    async def set_password(self, user: str, password: str) -> None:
        """A new password; every session of the account ends. Raises NotFound, Invalid."""
        values: dict[str, object] = {"password_hash": await self.passwords.hash(password)}
        await self._change(user, values)

    async def set_role(self, user: str, role: str) -> None:
        """Another role; every session of the account ends and its tokens keep what the role allows.

        Raises NotFound, Invalid.
        """
        people.check_user(user, role, user)
        await self._change(user, {"role": role})

    async def disable(self, user: str) -> None:
        """Close an account: its sessions end and its tokens open nothing. Raises NotFound."""
        await self._change(user, {"disabled_ms": self._now_ms()})

    async def enable(self, user: str) -> None:
        """Open a closed account again. Raises NotFound."""
        await self._change(user, {"disabled_ms": None})

    async def right_password(self, user: str, password: str) -> bool:
        """True when the account is open and this is its password; takes as long for an unknown account."""

        def stored(connection: Connection) -> str | None:
            query = select(ACCOUNT.c.password_hash).where(ACCOUNT.c.user_name == user, ACCOUNT.c.disabled_ms.is_(None))
            return connection.execute(query).scalar()

        return await self.passwords.verify(password, await self.db.read(stored))

    async def sign_in(self, user: str, password: str, address: str) -> SignedIn:
        """Begin a session. Raises Unauthenticated, the same for every reason, and TooManyRequests after failures."""
        name, now = user.strip().lower(), self.clock.now().timestamp()
        self.throttle.check(name, address, now)
        if not await self.right_password(name, password):
            self.throttle.failed(name, address, now)
            logging.getLogger(__name__).warning("a sign-in from %s failed", address)
            raise Unauthenticated("用户名或密码不对。", "The user name or the password is wrong.")
        self.throttle.succeeded(name, address)
        return await self._begin(name)

    async def sign_out(self, secret: str) -> None:
        """End the session of a cookie; one that ended already is no error."""
        digest = digest_of(secret)
        if digest is not None:
            await self.db.write(lambda connection: sessions.end(connection, digest))
            self.cache.forget()

    async def issue_token(
        self, user: str, name: str, permissions: Sequence[str] | None = None, days: int = 90
    ) -> IssuedToken:
        """A token of an account for so many days, with these of its permissions (None: all). Raises NotFound, Invalid,
        NotAllowedNow."""
        secret, now = new_token(), self._now_ms()
        row: dict[str, object] = {
            "id": secrets.token_hex(8),
            "token_sha256": digest_of(secret),
            "user_name": user,
            "name": name,
            "created_ms": now,
            "expires_ms": now + days * _DAY_MS,
        }
        view = await self.db.write(lambda connection: tokens.issue(connection, row, permissions))
        return IssuedToken(**view.model_dump(), token=secret)

    async def list_tokens(self, user: str) -> Sequence[TokenView]:
        """The valid tokens of an account."""
        now = self._now_ms()
        return await self.db.read(lambda connection: tokens.listed(connection, user, now))

    async def revoke_token(self, token_id: str, user: str | None = None) -> None:
        """Revoke a token; with `user` only if it is theirs. Raises NotFound."""
        now = self._now_ms()
        await self.db.write(lambda connection: tokens.revoke(connection, token_id, user, now))
        self.cache.forget()

    async def who(self, request: web.Request) -> Principal | None:
        """The sender by `Authorization: Bearer`, else by the session cookie; None when neither is valid."""
        authorization = request.headers.get("Authorization")
        if authorization is not None:
            scheme, _, secret = authorization.partition(" ")
            return await self.of_token(secret.strip()) if scheme.lower() == "bearer" else None
        cookie = request.cookies.get(SESSION_COOKIE)
        return await self._of_session(cookie) if cookie else None

    async def of_token(self, secret: str) -> Principal | None:
        """Whose token it is (Open311's `api_key` too); None when it is not valid."""
        digest = digest_of(secret)
        if digest is None or not secret.startswith(MARK):
            return None
        now_ms = self._now_ms()
        known = self.cache.get(digest, now_ms / 1000)
        if known is not None:
            return known
        found = await self.db.read(lambda connection: tokens.find(connection, digest, now_ms))
        if found is not None:
            self.cache.put(digest, found, now_ms / 1000)
        return found

    async def _of_session(self, secret: str) -> Principal | None:
        digest = digest_of(secret)
        if digest is None:
            return None
        now_ms = self._now_ms()
        known = self.cache.get(digest, now_ms / 1000)
        if known is not None:
            return known
        found = await self.db.read(lambda connection: sessions.find(connection, digest, now_ms, self.limits))
        if found is None:
            return None
        if found.touch:
            await self.db.write(lambda connection: sessions.touch(connection, digest, now_ms))
        self.cache.put(digest, found.principal, now_ms / 1000)
        return found.principal

    async def _begin(self, user: str) -> SignedIn:
        secret, csrf, now = new_session_secret(), new_session_secret(), self._now_ms()
        digest = digest_of(secret) or ""
        row: dict[str, object] = {
            "token_sha256": digest,
            "user_name": user,
            "csrf": csrf,
            "created_ms": now,
            "seen_ms": now,
        }

        def work(connection: Connection) -> Principal | None:
            sessions.begin(connection, row, self.limits)
            found = sessions.find(connection, digest, now, self.limits)
            return found.principal if found else None

        principal = await self.db.write(work)
        if principal is None:
            raise Unauthenticated("账号已停用。", "The account is closed.")
        return SignedIn(secret, principal)

    async def _change(self, user: str, values: dict[str, object]) -> None:
        await self.db.write(lambda connection: people.change(connection, user, values))
        self.cache.forget()

    def _now_ms(self) -> int:
        return round(self.clock.now().timestamp() * 1000)
