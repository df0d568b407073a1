"""Whose turn it is to write: the processes that share one SQLite file queue here, first come first served.

SQLite itself lets a writer that waits look again every few milliseconds, and one that writes all the time is back
before the other looks. Two locks make the queue fair: who waits for the turn holds the queue, so that who had the turn
must line up behind. The system lets go of both when a process dies.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Turns:
    """The turns at one database file; the locks are two files beside it, made on first use."""

    file: Path
    _own: threading.Lock = field(default_factory=threading.Lock)
    _handles: list[int] = field(default_factory=list)

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold the turn inside the context; blocks until it comes. Raises OSError when the locks cannot be made."""
        with self._own:
            queue, turn = self._opened()
            fcntl.flock(queue, fcntl.LOCK_EX)
            try:
                fcntl.flock(turn, fcntl.LOCK_EX)
            finally:
                fcntl.flock(queue, fcntl.LOCK_UN)
            try:
                yield
            finally:
                fcntl.flock(turn, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the files."""
        with self._own:
            for handle in self._handles:
                os.close(handle)
            self._handles.clear()

    def _opened(self) -> tuple[int, int]:
        if not self._handles:
            self._handles = [
                os.open(self.file.with_name(f"{self.file.name}-{name}"), os.O_CREAT | os.O_RDWR, 0o600)
                for name in ("queue", "turn")
            ]
        return self._handles[0], self._handles[1]
