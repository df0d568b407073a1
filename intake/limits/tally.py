"""What was limited, counted in memory until the books are written: nothing of it on the way of a request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.limits.senders import Sender

_MOST = 2000
OTHERS = Sender("", "…")


class Kind(StrEnum):
    """What happened at a door."""

    CHALLENGED = "challenged"
    SOLVED = "solved"
    WRONG_PROOF = "wrong_proof"
    REFUSED = "refused"
    INFECTED = "infected"
    UNSCANNED = "unscanned"


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the books: an hour (its beginning, aware), a door, what happened, to whom."""

    hour: datetime
    door: str
    kind: Kind
    sender: Sender


@dataclass(frozen=True, slots=True)
class Counted:
    """How often since the last writing, and when last."""

    mark: Mark
    count: int
    last_at: datetime


class Tally:
    """Counts events of this process. `totals` never go back: they are for the figures of `/metrics`."""

    def __init__(self, now: Callable[[], datetime], most: int = _MOST) -> None:
        self.totals: Counter[tuple[str, Kind]] = Counter()
        self._now = now
        self._most = most
        self._open: dict[Mark, Counted] = {}

    def add(self, door: str, kind: Kind, sender: Sender, count: int = 1) -> None:
        """One more. Beyond so many different senders the rest share a line: a flood of addresses fills no memory."""
        now = self._now()
        self.totals[door, kind] += count
        mark = Mark(now.replace(minute=0, second=0, microsecond=0), door, kind, sender)
        self._merge(Counted(mark, count, now))

    def drain(self) -> Sequence[Counted]:
        """What is not written yet; from now on it is the caller's."""
        taken, self._open = tuple(self._open.values()), {}
        return taken

    def put_back(self, counts: Sequence[Counted]) -> None:
        """They could not be written: keep them for the next time."""
        for one in counts:
            self._merge(one)

    def _merge(self, one: Counted) -> None:
        mark = one.mark
        if mark not in self._open and len(self._open) >= self._most:
            mark = Mark(mark.hour, mark.door, mark.kind, OTHERS)
        before = self._open.get(mark)
        count = one.count + (before.count if before else 0)
        self._open[mark] = Counted(mark, count, max(one.last_at, before.last_at) if before else one.last_at)
