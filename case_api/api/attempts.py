"""How often one address may guess."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from datetime import timedelta

from intake.http import TooManyRequests
from intake.ports import Clock


class Attempts:
    """Failed attempts by address within a window, in memory and bounded: the address seen longest ago is forgotten."""

    def __init__(self, clock: Clock, limit: int = 10, window_seconds: int = 300, addresses: int = 10_000) -> None:
        self._clock = clock
        self._limit = limit
        self._window = timedelta(seconds=window_seconds)
        self._addresses = addresses
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def begin(self, address: str) -> None:
        """Count an attempt before it is made. Raises TooManyRequests when the address has none left."""
        key, now = network_of(address), self._clock.now().timestamp()
        started, count = self._seen.pop(key, (now, 0))
        if now - started >= self._window.total_seconds():
            started, count = now, 0
        self._seen[key] = (started, min(count + 1, self._limit + 1))
        while len(self._seen) > self._addresses:
            self._seen.popitem(last=False)
        if count >= self._limit:
            wait_seconds = max(1, int(started + self._window.total_seconds() - now) + 1)
            raise TooManyRequests(
                f"尝试次数过多，请 {wait_seconds} 秒后再试。",
                f"Too many attempts: try again in {wait_seconds} seconds.",
                wait_seconds,
            )

    def succeeded(self, address: str) -> None:
        """Take back the attempt that was counted: only failures use up the limit."""
        key = network_of(address)
        if key in self._seen:
            started, count = self._seen[key]
            self._seen[key] = (started, max(count - 1, 0))


def network_of(address: str) -> str:
    """What counts as one sender: an IPv4 address, or the /64 network that one IPv6 customer holds."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
