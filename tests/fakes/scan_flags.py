"""Flagged photos in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from case_api.limit_views import FileScanView
from intake.scanning import ScanFlag
from tests.fakes.clock import START


class FakeScanFlags:
    """Implements `intake.scanning.ScanFlags` and `case_api.limit_views.FlaggedPhotos`."""

    def __init__(self) -> None:
        self.flags: dict[str, ScanFlag] = {}

    async def flag(self, flags: Sequence[ScanFlag]) -> None:
        """As the port says."""
        for one in flags:
            self.flags.setdefault(one.sha256, one)

    async def unscanned(self, limit: int) -> Sequence[ScanFlag]:
        """As the port says."""
        return [one for one in self.flags.values() if one.finding is None][:limit]

    async def looked(self, sha256: str, finding: str | None) -> None:
        """As the port says."""
        if finding is None:
            self.flags.pop(sha256, None)
        elif sha256 in self.flags:
            self.flags[sha256] = dataclasses.replace(self.flags[sha256], finding=finding)

    async def listed(self) -> Sequence[FileScanView]:
        """As the port says."""
        return [
            FileScanView(sha256=one.sha256, report_id=one.report_id, since_at=START, finding=one.finding)
            for one in self.flags.values()
        ]
