"""What was told, as it was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.model.contact import Contact
from intake.model.location import GivenPoint


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a report came from; `(channel, external_id)` is its idempotency key. `received_at` is aware."""

    channel: str
    external_id: str
    received_at: datetime


class EvidenceKind(StrEnum):
    """What an evidence file is."""

    PHOTO = "photo"
    RECORDING = "recording"
    TRANSCRIPT = "transcript"
    FRAME = "frame"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file kept in the evidence store, referenced by `uri` and proven by `sha256` (hex). `look` is a photo's, hex."""

    kind: EvidenceKind
    uri: str
    sha256: str
    media_type: str
    size_bytes: int
    taken_at: datetime | None = None
    look: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """上报/诉求. Never edited after it was accepted: a correction is appended beside it.

    `answers` are keyed answers of a form or a dialogue; the key `category` holds a category key such as `部件0101`.
    `complete` is False for a call that ended early.
    """

    id: str
    origin: Origin
    contact: Contact
    text: str
    place_words: str | None = None
    point: GivenPoint | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Receipt:
    """The acknowledgement of a report that is stored for good."""

    report_id: str
    tracking_number: str
    tracking_secret: str
    channel: str
    external_id: str
    received_at: datetime
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the desk appended beside a report: the named field counts as `value` from now on."""

    field: str
    value: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """A report without an outcome, claimed by one worker for a while; `recent` are its sender's last places, newest
    first."""

    report: Report
    corrections: tuple[Correction, ...]
    attempts: int
    recent: tuple[GivenPoint, ...] = ()
