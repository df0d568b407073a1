"""Slows down guessing: failed sign-ins are counted per account and address, bounded in memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from intake.http import TooManyRequests


@dataclass(frozen=True, slots=True)
class ThrottleLimits:
    """Failures allowed within the window: of one account from one address, of one address, of one account."""

    pair: int = 5
    address: int = 50
    account: int = 50
    window_seconds: float = 900.0
    remembered: int = 10_000


class Throttle:
    """Counts failures. `now` is monotonic or wall time in seconds, as long as it is always the same."""

    def __init__(self, limits: ThrottleLimits | None = None) -> None:
        self._limits = limits or ThrottleLimits()
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def check(self, user: str, address: str, now: float) -> None:
        """Raises TooManyRequests, saying how long to wait, when there were too many failures."""
        for key, limit in self._keys(user, address):
            count, since = self._failures.get(key, (0, now))
            left = since + self._limits.window_seconds - now
            if count >= limit and left > 0:
                minutes = int(left // 60) + 1
                raise TooManyRequests(
                    f"登录失败次数过多，请 {minutes} 分钟后再试。",
                    f"Too many failed sign-ins: try again in {minutes} minutes.",
                    int(left) + 1,
                )

    def failed(self, user: str, address: str, now: float) -> None:
        """Count one failure; the oldest are forgotten when there are too many to remember."""
        for key, _ in self._keys(user, address):
            count, since = self._failures.pop(key, (0, now))
            fresh = now - since < self._limits.window_seconds
            self._failures[key] = (count + 1, since) if fresh else (1, now)
        while len(self._failures) > self._limits.remembered:
            self._failures.popitem(last=False)

    def succeeded(self, user: str, address: str) -> None:
        """Forget the failures of this account from this address."""
        self._failures.pop((user, address), None)

    def _keys(self, user: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
        limits = self._limits
        return (((user, address), limits.pair), (("", address), limits.address), ((user, ""), limits.account))
