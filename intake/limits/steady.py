"""Shared counts while they answer, one's own while they do not: nobody waits for Redis, nobody is refused over it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from intake.errors import Temporary
from intake.limits.quotas import Allowance, Charge, Quotas

_LOG = logging.getLogger(__name__)
_REST_SECONDS = 5.0


class SteadyQuotas:
    """`Quotas` that never raises. After a failure the shared counts are left alone for a while.

    `failures` counts how often they were found away.
    """

    def __init__(self, shared: Quotas, own: Quotas, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.failures = 0
        self._shared = shared
        self._own = own
        self._monotonic = monotonic
        self._resting_until = 0.0

    async def take(self, charges: Sequence[Charge]) -> Allowance:
        """Counted together when possible."""
        if not self._rests():
            try:
                return await self._shared.take(charges)
            except Temporary as error:
                self._rest(error)
        return await self._own.take(charges)

    async def once(self, key: str, seconds: float) -> bool:
        """Once among all when possible."""
        if not self._rests():
            try:
                return await self._shared.once(key, seconds)
            except Temporary as error:
                self._rest(error)
        return await self._own.once(key, seconds)

    def _rests(self) -> bool:
        return self._monotonic() < self._resting_until

    def _rest(self, error: Temporary) -> None:
        self.failures += 1
        self._resting_until = self._monotonic() + _REST_SECONDS
        _LOG.warning("counting in this process alone for %.0f s: %s", _REST_SECONDS, error.en)
