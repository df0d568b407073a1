"""The port that looks for harm in what strangers upload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, as the scanner calls it."""

    name: str


class Scanner(Protocol):
    """Looks into files."""

    async def scan(self, content: bytes, name: str) -> Finding | None:
        """What is wrong with a file, None when nothing is. `name` is for logs of the scanner only.

        Raises Temporary when nobody could look: away, too slow, or the file is larger than the scanner takes.
        """
        ...
