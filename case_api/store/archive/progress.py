"""What a long command says while it works: what it does now, how much of it, and how quickly."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

Tell = Callable[[str], None]
_EVERY_SECONDS = 2.0


@dataclass(slots=True)
class Pace:
    """Counts the pieces of one stretch of work and tells now and then, and at its end."""

    tell: Tell
    what: str
    unit: str
    count: int = 0
    _begun: float = field(default_factory=time.monotonic)
    _told: float = field(default_factory=time.monotonic)

    def add(self, pieces: int = 1) -> None:
        """So many more are done."""
        self.count += pieces
        if time.monotonic() - self._told >= _EVERY_SECONDS:
            self._told = time.monotonic()
            self._say("…")

    def done(self) -> None:
        """The stretch is done; nothing is said about nothing."""
        if self.count:
            self._say("")

    def _say(self, end: str) -> None:
        rate = self.count / max(time.monotonic() - self._begun, 1e-6)
        self.tell(f"  {self.what} {self.count:,} {self.unit}（{rate:,.0f}/s）{end}")
