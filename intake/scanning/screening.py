"""What is done about photos that are harmful, and about photos nobody could look into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from intake.errors import FieldFault, Invalid, Temporary
from intake.http import Call, Door, Principal, Upload
from intake.limits import Incidents, Kind
from intake.model import Evidence
from intake.scanning.scanner import Finding, Scanner


@dataclass(frozen=True, slots=True)
class ScanFlag:
    """A kept file that nobody has looked into, or in which something was found afterwards (`finding`)."""

    sha256: str
    uri: str
    report_id: str
    finding: str | None = None


class ScanFlags(Protocol):
    """The files that staff must know about. Every method raises Temporary when the store is away."""

    async def flag(self, flags: Sequence[ScanFlag]) -> None:
        """Remember them, before the report that names them is taken. A file that is known already stays as it is."""
        ...

    async def unscanned(self, limit: int) -> Sequence[ScanFlag]:
        """The oldest that nobody has looked into."""
        ...

    async def looked(self, sha256: str, finding: str | None) -> None:
        """Somebody looked: a clean file is forgotten, a harmful one is kept back from now on."""
        ...


@dataclass(frozen=True, slots=True)
class Screening:
    """Looks into photos before they are kept. Without a scanner everything passes, and `hub check` warns of it."""

    scanner: Scanner | None = None
    flags: ScanFlags | None = None
    incidents: Incidents | None = None
    keep_when_away: bool = True

    async def screen(
        self, files: Sequence[Upload], call: Call, door: Door, principal: Principal | None = None
    ) -> tuple[bool, ...]:
        """For each file whether it was looked into.

        Raises Invalid naming each harmful file; Temporary when the scanner is away and such photos are not kept.
        """
        if self.scanner is None:
            return (True,) * len(files)
        found = [await self._look(file, index) for index, file in enumerate(files)]
        faults = [one for one in found if isinstance(one, FieldFault)]
        for kind, count in ((Kind.INFECTED, len(faults)), (Kind.UNSCANNED, found.count(False))):
            if count and self.incidents is not None:
                self.incidents.note(call, door, kind, principal)
        if faults:
            raise Invalid(faults[0].zh, faults[0].en, faults)
        return tuple([one is True for one in found])

    async def flag(self, kept: Sequence[Evidence], looked: Sequence[bool], report_id: str) -> None:
        """Remember the kept files that nobody looked into."""
        flags = [ScanFlag(one.sha256, one.uri, report_id) for one, seen in zip(kept, looked, strict=True) if not seen]
        if flags and self.flags is not None:
            await self.flags.flag(flags)

    async def _look(self, file: Upload, index: int) -> FieldFault | bool:
        """The fault of a harmful file; otherwise whether anybody looked. Raises as `screen` does."""
        if self.scanner is None:
            return True
        try:
            found = await self.scanner.scan(file.content, file.name)
        except Temporary:
            if not self.keep_when_away:
                raise
            return False
        return True if found is None else _fault(file, index, found)


def _fault(file: Upload, index: int, found: Finding) -> FieldFault:
    shown = file.name or f"{index + 1}"
    return FieldFault(
        f"/{file.field}/{index}",
        f"照片“{shown}”被安全扫描拦下（{found.name}），请去掉它再提交。",
        f"The scanner refused the photo “{shown}” ({found.name}): send the report without it.",
    )
