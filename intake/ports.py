"""What the centre needs from the world. One Protocol per need, at most four methods, errors named in the docstrings.

Every port has one contract suite in `tests/contract`, run against each implementation, and a fake in `tests/fakes`
under the name of the port.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from intake.model import (
    CaseGlimpse,
    Classification,
    Correction,
    Datum,
    Decision,
    Evidence,
    EvidenceKind,
    GivenPoint,
    PlaceAnswer,
    PlaceCandidate,
    Receipt,
    Report,
    Settled,
    Understanding,
    WaitingReport,
)

Decide = Callable[[Understanding, Sequence[CaseGlimpse]], Decision]


class Clock(Protocol):
    """Time, so that tests can hold it."""

    def now(self) -> datetime:
        """The present moment, aware, in the city's zone."""
        ...


class ReportStore(Protocol):
    """Reports, durable before they are acknowledged."""

    async def add(
        self, report: Report, raw: bytes, *, keep_conflict: bool = False, delay_seconds: float = 0.0
    ) -> Receipt:
        """Store the report with its raw form; on return it survives a power cut.

        Nobody claims it for the first `delay_seconds`: a flood is slowed, and nothing of it dropped.

        The same (channel, external_id) with the same content gives the first receipt with `replayed` set.
        Raises IdempotencyConflict when the content differs; with `keep_conflict` that content is first parked, once,
        as a report under an external_id of its own. Raises Temporary when the store is away.
        """
        ...

    async def claim(self, limit: int, lease_seconds: float) -> Sequence[WaitingReport]:
        """The oldest reports that wait and are not leased, leased now, with the last places of those who sent them.

        Raises Temporary when the store is away."""
        ...

    async def park(self, report_id: str, reason: str) -> None:
        """Set aside a report that cannot be processed; it is listed and can be replayed."""
        ...

    async def replay(self, report_id: str, corrections: Sequence[Correction]) -> None:
        """Append the corrections and let the parked report wait again. Raises NotFound when none is parked so."""
        ...


class CaseStore(Protocol):
    """Cases, with history and outbox in one transaction."""

    async def settle(self, batch: Sequence[Understanding], decide: Decide) -> Sequence[Settled]:
        """Match, decide and write each report of the batch in one transaction, in order.

        A report that has an outcome already is left out of the answer. Two reports of one thing make one case, in one
        batch or in two workers at once. Raises Temporary when the store is away; then nothing of the batch is written.
        """
        ...


class EvidenceStore(Protocol):
    """Files that prove something, addressed by their content."""

    async def put(self, kind: EvidenceKind, content: bytes, media_type: str) -> Evidence:
        """Keep the bytes for good. The same bytes twice are kept once. Raises Temporary when the disk refuses."""
        ...

    async def read(self, uri: str) -> bytes:
        """The bytes of a kept file. Raises NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class PlaceHints:
    """What else is known about where: a point in any datum (the phone's, the camera's), division codes to prefer, the
    sender's last places, newest first, and the channel that the text came by."""

    near: GivenPoint | None = None
    divisions: tuple[str, ...] = ()
    recent: tuple[GivenPoint, ...] = ()
    channel: str = ""


class Geocoder(Protocol):
    """Place words to places, and back. Never raises on any text."""

    def locate(self, text: str, hints: PlaceHints | None = None) -> PlaceAnswer:
        """Candidates for the places a text names, best first."""
        ...

    def reverse(self, point: GivenPoint) -> PlaceCandidate | None:
        """The nearest address of a point in any datum; None when the point lies outside the county."""
        ...

    def suspect_datum(self, point: GivenPoint, named: PlaceCandidate | None = None) -> Datum | None:
        """The datum a point is probably in, when the stated one puts it well outside the county, or well off the place
        that was named beside it, and this one does not; None when there is no reason to doubt."""
        ...


class Classifier(Protocol):
    """Text to category, condition, intent and urgency. Never raises on any text."""

    def classify(self, text: str, category_key: str | None = None) -> Classification:
        """Readings of the text; a given category key is taken as the sender's word and only its condition is sought."""
        ...


class Delivery(Protocol):
    """One wake-up taken from the bus."""

    @property
    def message(self) -> Mapping[str, str]: ...

    async def ack(self) -> None:
        """Say that it was handled; without it another consumer gets it again."""
        ...


class Bus(Protocol):
    """Wakes people up. Losing every message must cost time only, never a report."""

    async def publish(self, topic: str, message: Mapping[str, str]) -> None:
        """Announce. Never raises and never blocks for long: what cannot be announced is found by a sweep."""
        ...

    def subscribe(self, topic: str, group: str) -> AbstractAsyncContextManager[AsyncIterator[Delivery]]:
        """Messages of a topic from now on; members of one group share them, each group gets all."""
        ...
