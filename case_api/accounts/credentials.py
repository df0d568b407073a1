"""Random secrets and what is kept of them."""

from __future__ import annotations

import hashlib
import secrets

MARK = "hub_"
_LONGEST = 200


def new_session_secret() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """256 random bits, recognisable as a token of the hub by people and by secret scanners."""
    return MARK + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str | None:
    """The sha256 (hex) a secret is stored by; None for what can be no secret of ours."""
    if not secret.isascii() or not 0 < len(secret) <= _LONGEST:
        return None
    return hashlib.sha256(secret.encode("ascii")).hexdigest()
