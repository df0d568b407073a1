"""A flood from one number is slowed, so that others are served first; nothing of it is dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """So many messages of one number within the window are served at once; each further one waits longer."""

    allowance: int = 10
    window_seconds: float = 600.0
    step_seconds: float = 30.0
    longest_seconds: float = 1800.0

    @property
    def window(self) -> timedelta:
        """The time within which messages are counted."""
        return timedelta(seconds=self.window_seconds)

    def delay_seconds(self, recent: int) -> float:
        """How long the next message of a number waits that sent so many already."""
        excess = recent - self.allowance + 1
        return min(max(excess, 0) * self.step_seconds, self.longest_seconds)
