"""What staff see of the limits: who was limited at which door, and photos the scanner has not seen or held back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from case_api.views import View


class LimitView(View):
    """One sender at one door. `who` is an address, a masked number or an account; `who_key` names it to `allow`."""

    door: str
    kind: str
    who_key: str
    who: str
    count: int
    first_at: datetime
    last_at: datetime
    passes_until: datetime | None


class FileScanView(View):
    """A photo that nobody looked into (`finding` is null) or that was found harmful afterwards."""

    sha256: str
    report_id: str
    since_at: datetime
    finding: str | None


class LimitPage(View):
    """What happened at the doors within so many hours, the latest first; `first_at` is the beginning of an hour."""

    hours: int
    items: list[LimitView]


class LimitsView(LimitPage):
    """That, with the photos."""

    photos: list[FileScanView]


class LimitBooks(Protocol):
    """The books as staff use them. Every method raises Temporary when they are away."""

    async def page(self, now: datetime, hours: int) -> LimitPage:
        """The last so many hours."""
        ...

    async def allow(self, who_key: str, hours: int, by: str, now: datetime) -> datetime:
        """Let a sender pass uncounted for so many hours; until when. Raises NotFound."""
        ...


class FlaggedPhotos(Protocol):
    """Photos that staff must know about."""

    async def listed(self) -> Sequence[FileScanView]:
        """The latest first."""
        ...
