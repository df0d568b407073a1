"""Identifiers that sort by time and need no coordination."""

from __future__ import annotations

import random
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def base32(number: int, length: int) -> str:
    """The lowest `length` base-32 digits of a number, in letters that cannot be mistaken for one another."""
    letters = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        letters.append(_ALPHABET[digit])
    return "".join(reversed(letters))


def report_ids_at(moment: datetime) -> tuple[str, str]:
    """The least and the greatest id that a report of this millisecond can have; 1970 at the earliest."""
    head = base32(max(int(moment.timestamp() * 1000), 0), 10)
    return head + _ALPHABET[0] * 16, head + _ALPHABET[-1] * 16


def new_report_id(now: datetime) -> str:
    """26 characters: 48 bits of milliseconds, then 80 random bits (the ULID layout, lower case)."""
    milliseconds = int(now.timestamp() * 1000)
    return base32(milliseconds, 10) + base32(random.getrandbits(80), 16)
