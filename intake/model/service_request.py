"""A report as the outside asks after it: where it stands, without the person who told it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from intake.model.location import GivenPoint


@dataclass(frozen=True, slots=True)
class RequestPlace:
    """Where the problem of a case lies: degrees CGCS2000, and the grid cell as its `address_id`."""

    address: str
    lon: float
    lat: float
    address_id: str


@dataclass(frozen=True, slots=True)
class RequestCategory:
    """What a case is filed as."""

    key: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class RequestUnit:
    """Who deals with it, until when."""

    name: str
    name_en: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class RequestTold:
    """What the citizen told; telephone numbers in the words are masked. `photos` are SHA-256 (hex) of pictures."""

    text: str
    place_words: str | None = None
    point: GivenPoint | None = None
    category_key: str | None = None
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """诉求的对外视图. `number` is the tracking number; `open` until its case is closed or it was answered.

    `stage` is a word of the store such as `received`, `asking`, `answered` or the state of the case; `stage_name` and
    `stage_name_en` say it to a citizen. `case_number` is None while there is no case.
    """

    report_id: str
    number: str
    channel: str
    external_id: str
    confidential: bool
    received_at: datetime
    changed_at: datetime
    open: bool
    stage: str
    stage_name: str
    stage_name_en: str
    told: RequestTold
    case_number: str | None = None
    category: RequestCategory | None = None
    place: RequestPlace | None = None
    unit: RequestUnit | None = None


@dataclass(frozen=True, slots=True)
class RequestStep:
    """One thing that happened to a request, in words a citizen may read; `open` is how the request stood then."""

    at: datetime
    stage: str
    title: str
    title_en: str
    open: bool = True


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Requests told from `since` to `until`, both aware and included; confidential ones are never among them.

    `categories` keeps those filed, or told, under one of these keys; None among them stands for no category at all.
    """

    since: datetime
    until: datetime
    categories: frozenset[str | None] = field(default_factory=frozenset)
    open: bool | None = None
    limit: int = 1000
