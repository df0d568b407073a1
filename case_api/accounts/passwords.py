"""Passwords: argon2id, in threads, few at a time, and as slow for unknown accounts as for known ones."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from intake.errors import FieldFault, Invalid
from intake.http import TooManyRequests

SHORTEST, LONGEST = 10, 128


class Passwords:
    """Hashes and verifies in at most `at_once` threads; beyond `waiting` requests it refuses."""

    def __init__(self, hasher: PasswordHasher | None = None, at_once: int = 2, waiting: int = 32) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turn = asyncio.Semaphore(at_once)
        self._room = waiting
        self._decoy = ""

    async def hash(self, password: str) -> str:
        """The argon2id hash. Raises Invalid for a password that is too short or too long, TooManyRequests."""
        check_password(password)
        return await self._work(password, None)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """True when the password is right; None stands for an unknown account and takes as long. TooManyRequests."""
        return await self._work(password[: LONGEST + 1], password_hash or "") == "right"

    async def _work(self, password: str, password_hash: str | None) -> str:
        if self._room <= 0:
            raise TooManyRequests(
                "登录人数过多，请稍后再试。", "Too many people sign in at once: try again shortly.", 5
            )
        self._room -= 1
        try:
            async with self._turn:
                if password_hash is None:
                    return await asyncio.to_thread(self._hasher.hash, password)
                return await asyncio.to_thread(self._verify, password, password_hash)
        finally:
            self._room += 1

    def _verify(self, password: str, password_hash: str) -> str:
        if not password_hash and not self._decoy:
            self._decoy = self._hasher.hash(secrets.token_urlsafe(16))
        try:
            self._hasher.verify(password_hash or self._decoy, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return "wrong"
        return "right" if password_hash else "wrong"


def check_password(password: str) -> None:
    """Raises Invalid unless the password has 10 to 128 characters."""
    if not SHORTEST <= len(password) <= LONGEST:
        zh, en = f"密码须为 {SHORTEST} 至 {LONGEST} 个字符。", f"A password has {SHORTEST} to {LONGEST} characters."
        raise Invalid(zh, en, (FieldFault("/password", zh, en),))
