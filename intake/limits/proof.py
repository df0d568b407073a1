"""Proof of work: a challenge that the hub need not remember, and the check of its answer. No I/O.

Several small puzzles instead of one large: the time to solve them varies less, and progress can be shown.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from intake.http import Challenge

ANSWERS = 8
_VERSION = "1"
_MAC_BYTES = 16
_HEADER_LIMIT = 400
_LARGEST = 2**32


@dataclass(frozen=True, slots=True)
class Proven:
    """A solved challenge: how hard it was, under which key it is spent, how long it would stay good."""

    key: str
    bits: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Proofs:
    """Makes and checks challenges with the installation's key, for one sender at one door, for `life_seconds`."""

    key: bytes = field(repr=False)
    life_seconds: int = 600

    def challenge(self, door: str, who: str, bits: int, now: float) -> Challenge:
        """A fresh challenge; `now` in seconds since 1970, `who` the key of the sender."""
        head = f"{_VERSION}.{int(now) + self.life_seconds}.{bits}.{secrets.token_hex(8)}"
        return Challenge(f"{head}.{self._mac(head, door, who)}", bits, ANSWERS, self.life_seconds)

    def check(self, header: str, door: str, who: str, now: float) -> Proven | None:
        """What `Hub-Proof: TOKEN:N1,N2,...` proves; None when it proves nothing."""
        # Bytes that are no UTF-8 come as surrogates, which cannot be encoded again.
        if len(header) > _HEADER_LIMIT or not header.isascii():
            return None
        token, _, words = header.partition(":")
        head, _, mac = token.rpartition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(head, door, who).encode()):
            return None
        # Only what carries our own signature is read, so that its parts are as we wrote them.
        _, expiry, bits, _ = head.split(".")
        left, numbers = int(expiry) - int(now), numbers_of(words)
        if left <= 0 or numbers is None or not solves(token, int(bits), numbers):
            return None
        return Proven(mac, int(bits), left)

    def _mac(self, head: str, door: str, who: str) -> str:
        return hmac.digest(self.key, f"{head}\n{door}\n{who}".encode(), "sha256")[:_MAC_BYTES].hex()


def numbers_of(words: str) -> Sequence[int] | None:
    """The answers of a header; None when they are not as many numbers as are asked for."""
    parts = words.split(",")
    if len(parts) != ANSWERS or not all(part.isascii() and part.isdigit() and len(part) <= 10 for part in parts):
        return None
    numbers = [int(part) for part in parts]
    return numbers if max(numbers) < _LARGEST else None


def solves(token: str, bits: int, numbers: Sequence[int]) -> bool:
    """Whether each number hashes to so many leading zero bits: SHA-256 of SHA-256(token), index and number."""
    seed = hashlib.sha256(token.encode()).digest()
    return all(_zeros(seed, index, number, bits) for index, number in enumerate(numbers))


def solve(challenge: Challenge) -> str:
    """The header that answers a challenge: the work itself, for programs and tests. Blocks while it searches."""
    seed = hashlib.sha256(challenge.token.encode()).digest()
    found = [
        next(number for number in range(_LARGEST) if _zeros(seed, index, number, challenge.bits))
        for index in range(challenge.answers)
    ]
    return f"{challenge.token}:{','.join(map(str, found))}"


def _zeros(seed: bytes, index: int, number: int, bits: int) -> bool:
    first: int = struct.unpack_from(">I", hashlib.sha256(seed + struct.pack(">II", index, number)).digest())[0]
    return first >> (32 - bits) == 0
