"""Counts in the memory of one process, bounded: the meter used longest ago is forgotten first."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from intake.limits.quotas import Allowance, Charge, lacking_seconds, sunk


class MemoryQuotas:
    """`Quotas` of one process. `monotonic` gives seconds; `most` bounds the meters, and the keys that were spent."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, most: int = 50_000) -> None:
        self._monotonic = monotonic
        self._most = most
        self._meters: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._spent: OrderedDict[str, float] = OrderedDict()

    async def take(self, charges: Sequence[Charge]) -> Allowance:
        """As the port says; never raises."""
        now = self._monotonic()
        levels = tuple(self._level(charge, now) for charge in charges)
        wait = max(map(lacking_seconds, charges, levels), default=0.0)
        if wait > 0:
            return Allowance(False, levels, wait)
        for charge, level in zip(charges, levels, strict=True):
            self._meters[charge.key] = (max(0.0, level + charge.cost), now)
            self._meters.move_to_end(charge.key)
        while len(self._meters) > self._most:
            self._meters.popitem(last=False)
        return Allowance(True, levels)

    async def once(self, key: str, seconds: float) -> bool:
        """As the port says; never raises."""
        now = self._monotonic()
        if self._spent.get(key, now) > now:
            return False
        self._spent[key] = now + seconds
        while len(self._spent) > self._most:
            self._spent.popitem(last=False)
        return True

    def _level(self, charge: Charge, now: float) -> float:
        level, at = self._meters.get(charge.key, (0.0, now))
        return sunk(level, charge.per_second, now - at)
