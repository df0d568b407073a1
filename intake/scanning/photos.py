"""The one way of photos into the evidence store: real pictures, looked into, kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

from intake.http import Call, Door, Principal, Upload, check_photos
from intake.model import Evidence, EvidenceKind
from intake.ports import EvidenceStore
from intake.scanning.screening import Screening


@dataclass(frozen=True, slots=True)
class PhotoIntake:
    """Checks, screens and keeps the photos of a report."""

    evidence: EvidenceStore
    screening: Screening = field(default_factory=Screening)

    async def keep(
        self, files: Sequence[Upload], report_id: str, call: Call, door: Door, *, principal: Principal | None = None
    ) -> tuple[Evidence, ...]:
        """The photos in order, kept for good; those nobody could look into are flagged under the report's id.

        Raises what `check_photos` and `Screening.screen` raise, before any is kept; Temporary when the disk refuses.
        """
        if not files:
            return ()
        photos = await check_photos(files)
        looked = await self.screening.screen(files, call, door, principal)
        kept = tuple(
            [
                dataclasses.replace(
                    await self.evidence.put(EvidenceKind.PHOTO, one.content, one.media_type), look=one.look
                )
                for one in photos
            ]
        )
        await self.screening.flag(kept, looked, report_id)
        return kept
