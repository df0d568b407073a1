"""The journal of anchors: one line for each, in a file outside the database, so that cut-off anchors are missed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_TAIL_BYTES = 8192


@dataclass(frozen=True, slots=True)
class NotedAnchor:
    """One line: the anchor's id and its hash."""

    anchor_id: int
    hash: str


@dataclass(frozen=True, slots=True)
class Journal:
    """Appends to and reads one file; blocks. Raises OSError when the disk refuses."""

    path: Path

    def last(self) -> int:
        """The highest anchor among the newest lines; 0 when there is none."""
        if not self.path.exists():
            return 0
        with self.path.open("rb") as file:
            file.seek(max(self.path.stat().st_size - _TAIL_BYTES, 0))
            tail = file.read().decode(errors="replace")
        return max((line.anchor_id for line in _parsed(tail.splitlines())), default=0)

    def append(self, lines: Sequence[str]) -> None:
        """Add whole lines; on return they survive a power cut. A line torn by a crash ends there."""
        handle = os.open(self.path, os.O_APPEND | os.O_CREAT | os.O_RDWR, 0o600)
        try:
            end = os.fstat(handle).st_size
            torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
            os.write(handle, (("\n" if torn else "") + "".join(f"{line}\n" for line in lines)).encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def read(self) -> list[NotedAnchor]:
        """Every line that is whole, oldest first."""
        if not self.path.exists():
            return []
        with self.path.open(encoding="utf-8", errors="replace") as file:
            return list(_parsed(file))

    def lines_until(self, last: int, end: int) -> Iterator[bytes]:
        """The whole lines within the first `end` bytes, but those of anchors after `last`; each with its end."""
        with self.path.open("rb") as file:
            while file.tell() < end:
                line = file.readline()
                noted = next(_parsed([line.decode(errors="replace")]), None)
                if line.endswith(b"\n") and (noted is None or noted.anchor_id <= last):
                    yield line


def _parsed(lines: Iterable[str]) -> Iterator[NotedAnchor]:
    for line in lines:
        parts = line.split()
        if len(parts) == 4 and parts[0].isascii() and parts[0].isdigit() and len(parts[3]) == 64:
            yield NotedAnchor(int(parts[0]), parts[3])
