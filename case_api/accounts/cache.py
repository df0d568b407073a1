"""Remembers for a few seconds who a secret belongs to, so that a busy token costs one look at the database."""

from __future__ import annotations

from collections import OrderedDict

from intake.http import Principal


class PrincipalCache:
    """Keyed by the sha256 of the secret; bounded; forgets after `keep_seconds`."""

    def __init__(self, keep_seconds: float = 5.0, size: int = 2048) -> None:
        self._keep_seconds, self._size = keep_seconds, size
        self._known: OrderedDict[str, tuple[Principal, float]] = OrderedDict()

    def get(self, digest: str, now: float) -> Principal | None:
        """Who was remembered, if it was recent."""
        found = self._known.get(digest)
        if found is None:
            return None
        principal, until = found
        if now >= until:
            del self._known[digest]
            return None
        return principal

    def put(self, digest: str, principal: Principal, now: float) -> None:
        """Remember; the oldest entry makes room."""
        self._known[digest] = (principal, now + self._keep_seconds)
        while len(self._known) > self._size:
            self._known.popitem(last=False)

    def forget(self) -> None:
        """Forget everybody: something was revoked."""
        self._known.clear()
