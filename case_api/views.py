"""What the case store tells the outside, as pydantic models: the shapes of the API, the command line and the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """Root of the shapes: frozen, so that an answer cannot change after it was made."""

    model_config = ConfigDict(frozen=True)


class CategoryView(View):
    """A category; `code` is class and sub-class, four digits; `key` is what forms send."""

    standard: str
    kind: str
    class_name: str
    code: str
    name: str
    name_en: str
    key: str


class LocationView(View):
    """Where a case is: degrees in `datum`, accuracy in metres, confidence 0-1."""

    code12: str
    cell: str
    lon: float
    lat: float
    datum: str
    address: str
    precision: str
    accuracy_metres: float
    confidence: float


class UnitView(View):
    """责任单位."""

    code: str
    name: str


class CaseView(View):
    """案卷. `due_at` is projected as if dispatched at `opened_at` until the case is dispatched.

    `merged_into` is the case that took this one in; its reports are there. `chase_count` counts reminders (催单).
    """

    number: str
    state: str
    state_name: str
    state_name_en: str
    text: str
    category: CategoryView
    condition: str
    closing: str
    urgency: str
    location: LocationView
    unit: UnitView
    due_at: datetime
    opened_at: datetime
    dispatched_at: datetime | None
    report_ids: list[str]
    report_count: int
    version: int
    merged_into: str | None = None
    chase_count: int = 0


class ReasonsView(View):
    """Why this unit, this due time and this category, one sentence (zh) an item."""

    unit: list[str]
    due: list[str]
    category: list[str]


class AlternativeView(View):
    """Another reading of the category, less sure than the one the case was filed under."""

    category: CategoryView
    confidence: float


class CaseDetailView(CaseView):
    """案卷 with its reasons, as one case is answered; `merged` are the numbers of the cases it took in."""

    reasons: ReasonsView
    alternatives: list[AlternativeView]
    merged: list[str] = []


class HotSpotView(View):
    """A burst of reports on one place: so many reports of so many cases; most belong to `case_number`."""

    id: int
    case_number: str
    address: str
    reports: int
    cases: int
    began_at: datetime
    last_at: datetime


class HotSpotsView(View):
    """The bursts that go on now, the newest first."""

    items: list[HotSpotView]


class CasePage(View):
    """A page of cases; `next_cursor` is null on the last one."""

    items: list[CaseView]
    next_cursor: str | None


class EventView(View):
    """One row of a case's history; `seq` is the id of the live stream."""

    seq: int
    case_number: str
    n: int
    kind: str
    at: datetime
    by: str
    payload: dict[str, Any]
    hash: str


class CountView(View):
    """How many open cases stand in one state in one town, by category group."""

    street9: str
    street_name: str
    group: str
    state: str
    count: int


class PointView(View):
    """A point as it was given."""

    lon: float
    lat: float
    datum: str
    accuracy_metres: float | None


class EvidenceView(View):
    """A file that came with a report; `uri` is fetched from `/api/v1/evidence/{sha256}`."""

    kind: str
    uri: str
    sha256: str
    media_type: str
    size_bytes: int


class ReportView(View):
    """上报. `status` is waiting, parked or settled; `outcome` is open, attach, chase_up, answer or ask.

    `unreadable` says (zh) why the sealed contact cannot be shown; `contact_masked` is "" then.
    """

    id: str
    tracking_number: str
    channel: str
    external_id: str
    received_at: datetime
    text: str
    contact_masked: str
    confidential: bool
    place_words: str | None
    point: PointView | None
    evidence: list[EvidenceView]
    complete: bool
    status: str
    outcome: str | None
    case_number: str | None
    parked_reason: str | None
    unreadable: str | None = None


class ReportPage(View):
    """A page of reports."""

    items: list[ReportView]
    next_cursor: str | None


class TraceView(View):
    """Why a report became what it became: the steps of the normaliser in order."""

    report_id: str
    outcome: str | None
    case_number: str | None
    steps: list[dict[str, Any]]


class SpanView(View):
    """`[start, end)` of a text in characters (code points), what it was taken for, and that in words, zh.

    `role` is county, town, community, road, landmark, crossing, between, name, number or relative; what keeps a name
    from being the place (home, origin, work, path, past, denied, guide, elsewhere); or category.
    """

    start: int
    end: int
    role: str
    words: str


class ReadingView(View):
    """One reading of a report's category, offered to the desk; `spans` of the report's text speak for it."""

    category: CategoryView
    condition_number: int
    condition: str
    confidence: float
    spans: list[SpanView] = []


class PlaceView(View):
    """One place offered to the desk; `reasons` say (zh) why it may be meant."""

    name: str
    code12: str
    lon: float
    lat: float
    cell: str
    precision: str
    accuracy_metres: float
    confidence: float
    reasons: list[str] = []


class DeskItemView(View):
    """A question to the desk: the report, what is not sure, and what may be chosen.

    `spans` are the parts of `report.text` behind the answers, the first reading's among them, in the text's order and
    none over another; `place_words_spans` those of `report.place_words`. `unscanned` are photos that no scanner has
    looked into yet, `harmful` those in which one found something, which are not shown: their sha256.
    """

    report: ReportView
    question: str
    reasons: list[str]
    similar: list[CaseView]
    places: list[PlaceView]
    readings: list[ReadingView]
    created_at: datetime
    spans: list[SpanView] = []
    place_words_spans: list[SpanView] = []
    unscanned: list[str] = []
    harmful: list[str] = []


class DeskPage(View):
    """A page of the desk's questions, oldest first."""

    items: list[DeskItemView]
    next_cursor: str | None


class TrackingStep(View):
    """One line of what a citizen may know."""

    at: datetime
    title: str
    title_en: str


class TrackingView(View):
    """What a citizen sees of a report: no names of staff, no number, no other reporter."""

    tracking_number: str
    received_at: datetime
    stage: str
    stage_name: str
    stage_name_en: str
    text: str
    case_number: str | None
    category_name: str | None
    category_name_en: str | None
    address: str | None
    unit_name: str | None
    due_at: datetime | None
    steps: list[TrackingStep]
