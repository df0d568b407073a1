"""What the API needs from the rest of the hub, as one frozen value."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from case_api.api.shapes import CatalogueView, DivisionsView, UnitEntryView
from case_api.limit_views import FlaggedPhotos, LimitBooks
from case_api.services import CaseMap, CaseReader, Desk, Dispatch, EvidenceFinder, HotSpots, Merging, ReportReader
from intake.http import EventSource, Toll
from intake.model import Correction
from intake.ports import Clock, EvidenceStore, Geocoder


class Replayer(Protocol):
    """The part of `intake.ports.ReportStore` that the API uses."""

    async def replay(self, report_id: str, corrections: Sequence[Correction]) -> None:
        """Append the corrections and let the parked report wait again. Raises NotFound when none is parked so."""
        ...


@dataclass(frozen=True, slots=True)
class CityViews:
    """What the city pack tells the outside. Divisions may change while the hub runs: they are asked for each time, and
    are the same object until they do."""

    catalogue: CatalogueView
    units: tuple[UnitEntryView, ...]
    divisions: Callable[[], DivisionsView]


@dataclass(frozen=True, slots=True)
class ApiServices:
    """`known_category` says whether the catalogue has a key; `toll` counts guesses at tracking secrets; `events` yields
    case events for `/stream`, which ends when `shutdown` is set."""

    cases: CaseReader
    case_map: CaseMap
    reports: ReportReader
    replayer: Replayer
    desk: Desk
    dispatch: Dispatch
    merging: Merging
    hot_spots: HotSpots
    evidence: EvidenceStore
    evidence_finder: EvidenceFinder
    geocoder: Geocoder
    city: CityViews
    known_category: Callable[[str], bool]
    clock: Clock
    toll: Toll
    limits: LimitBooks
    flagged_photos: FlaggedPhotos
    events: EventSource
    shutdown: asyncio.Event
