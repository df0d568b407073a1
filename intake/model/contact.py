"""Who told us, and the one place where a telephone number is masked."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[\s\-()（）.]+")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1\d{10}$|0\d{9,11}$)")
_MIN_DIGITS, _MAX_DIGITS = 5, 20
# Mobile numbers with or without 86, and land lines with their area code, as people write them into a sentence.
_IN_WORDS = re.compile(r"(?<!\d)(?:(?:\+|00)?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?[2-8]\d{6,7})(?!\d)")


def normalise_phone(spelling: str) -> str | None:
    """Digits of a telephone number without separators and the country code 86; None when it is no number."""
    digits = _COUNTRY.sub("", _SEPARATORS.sub("", spelling.strip()))
    digits = digits.removeprefix("+")
    if not digits.isascii() or not digits.isdigit() or not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS:
        return None
    return digits


def mask_phone(digits: str) -> str:
    """`138****1234` for a mobile number; every other number keeps its last two digits only."""
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(len(digits) - 2, 0) + digits[-2:]


def mask_numbers(words: str) -> str:
    """A text as it may be shown: telephone numbers that somebody wrote into it are masked, all else stays."""
    return _IN_WORDS.sub(lambda found: mask_phone(_SEPARATORS.sub("", found.group(1))), words)


@dataclass(frozen=True, slots=True)
class Contact:
    """A reporter; anonymous when both phone and name are absent. `phone` is normalised digits."""

    phone: str | None = None
    name: str | None = None
    confidential: bool = False

    @property
    def masked(self) -> str:
        """What a page or a log may show of the number; empty when there is none."""
        return mask_phone(self.phone) if self.phone else ""

    def __repr__(self) -> str:
        return f"Contact({self.masked or 'anonymous'})"
