"""One spelling of a text: for matching and comparing, never for showing."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_NOISE = re.compile(r"[\W_]+")


def clean_text(text: str) -> str:
    """Compatibility forms folded (full width to half width), white space to single blanks. Twice changes nothing."""
    folded = text
    while (again := unicodedata.normalize("NFKC", folded)) != folded:
        folded = again
    return " ".join(folded.split())


def fingerprint(text: str) -> str:
    """Equal for texts that differ in punctuation, blanks, width or letter case only."""
    letters = _NOISE.sub("", clean_text(text).casefold())
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest()[:24]
