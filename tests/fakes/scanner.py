"""A scanner that finds what it was told to find."""

from __future__ import annotations

from intake.errors import Temporary
from intake.scanning import Finding

HARM = b"HUB-TEST-VIRUS"
# ClamAV marks whatever is not in its own signed databases.
NAME = "Hub-Test-Signature.UNOFFICIAL"


class FakeScanner:
    """Implements `intake.scanning.Scanner`: whatever contains `HARM` is harmful. Raises Temporary while `away`."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away

    async def scan(self, content: bytes, name: str) -> Finding | None:
        """As the port says."""
        if self.away:
            raise Temporary("扫描服务无法连接。", "The scanner is away.")
        return Finding(NAME) if HARM in content else None
