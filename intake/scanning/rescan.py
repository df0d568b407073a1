"""Looks into kept photos once the scanner is back."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from intake.errors import NotFound, Temporary
from intake.limits import Kind, Sender, Tally
from intake.ports import EvidenceStore
from intake.scanning.scanner import Scanner
from intake.scanning.screening import ScanFlag, ScanFlags

_AT_A_TIME = 50
_LOG = logging.getLogger(__name__)
_LATER = Sender("", "补扫 rescan")


@dataclass(frozen=True, slots=True)
class Rescan:
    """One turn now and then, in one loop of a web process."""

    scanner: Scanner
    flags: ScanFlags
    evidence: EvidenceStore
    tally: Tally

    async def turn(self) -> int:
        """Look into some files; how many could be looked into. Raises Temporary when the store is away.

        A file that cannot be looked into, such as one too large for the scanner, keeps no other waiting.
        """
        waiting = await self.flags.unscanned(_AT_A_TIME)
        return sum([await self._look(one) for one in waiting])

    async def _look(self, one: ScanFlag) -> bool:
        found = None
        try:
            found = await self.scanner.scan(await self.evidence.read(one.uri), one.sha256)
        except NotFound:
            _LOG.warning("the photo %s of report %s is not there any more", one.sha256, one.report_id)
        except Temporary:
            return False
        if found is not None:
            self.tally.add("report", Kind.INFECTED, _LATER)
            _LOG.warning("photo %s of report %s is kept back: %s", one.sha256, one.report_id, found.name)
        await self.flags.looked(one.sha256, found.name if found else None)
        return True
