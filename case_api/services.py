"""What the API and the pages ask of the case store. One Protocol per need; the store implements them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from case_api.views import (
    CaseDetailView,
    CasePage,
    CaseView,
    CountView,
    DeskPage,
    EventView,
    HotSpotView,
    ReportPage,
    ReportView,
    TraceView,
    TrackingView,
)
from intake.model import Datum


class CaseFilter(BaseModel):
    """Which cases a page shows. Every field narrows; `q` is words in text or address or a case number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: str | None = Field(default=None, max_length=20)
    street: str | None = Field(default=None, pattern=r"^\d{9}$")
    group: str | None = Field(default=None, max_length=40)
    unit: str | None = Field(default=None, max_length=40)
    urgency: str | None = Field(default=None, max_length=20)
    q: str | None = Field(default=None, max_length=60)


class Resolution(BaseModel):
    """The desk's answer to one question.

    `open` needs a category key and either one of the offered places (`place`, an index) or a point; `attach` needs a
    case number; `answer` needs a note.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Literal["open", "attach", "answer"]
    category_key: str | None = Field(default=None, max_length=20)
    condition_number: int | None = Field(default=None, ge=1, le=99)
    place: int | None = Field(default=None, ge=0, le=50)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    datum: Datum | None = None
    case_number: str | None = Field(default=None, max_length=20)
    note: str = Field(default="", max_length=500)


class CaseReader(Protocol):
    """Cases as they stand."""

    async def page(self, where: CaseFilter, cursor: str | None, limit: int) -> CasePage:
        """Cases by due time. A cursor that is not ours raises Invalid."""
        ...

    async def one(self, number: str) -> CaseDetailView:
        """One case with its reasons. Raises NotFound."""
        ...

    async def history(self, number: str) -> Sequence[EventView]:
        """All events of a case, oldest first. Raises NotFound."""
        ...

    async def counts(self) -> Sequence[CountView]:
        """Open cases by town, group and state."""
        ...


class ReportReader(Protocol):
    """Reports and what became of them."""

    async def page(self, status: str | None, cursor: str | None, limit: int) -> ReportPage:
        """Reports, newest first; `status` is waiting, parked or settled."""
        ...

    async def one(self, report_id: str) -> ReportView:
        """One report. Raises NotFound."""
        ...

    async def trace(self, report_id: str) -> TraceView:
        """Why it became what it became. Raises NotFound."""
        ...

    async def tracking(self, tracking_number: str, secret: str) -> TrackingView:
        """What its reporter may see. A wrong secret raises NotFound like an unknown number."""
        ...


class Desk(Protocol):
    """坐席: questions that only a person can answer."""

    async def page(self, cursor: str | None, limit: int) -> DeskPage:
        """Unanswered questions, oldest first."""
        ...

    async def resolve(self, report_id: str, actor: str, resolution: Resolution) -> ReportView:
        """Answer one. Raises NotFound, Invalid, or NotAllowedNow when somebody was faster."""
        ...


class Dispatch(Protocol):
    """派遣."""

    async def dispatch(self, number: str, version: int, actor: str, unit_code: str | None, note: str) -> CaseDetailView:
        """Send the case to the unit (the proposed one by default); the clock starts now.

        Raises NotFound, StaleVersion, NotAllowedNow, Invalid for an unknown unit.
        """
        ...


@dataclass(frozen=True, slots=True)
class By:
    """Who changes a case, what for, and at what version they saw it."""

    actor: str
    version: int
    note: str = ""


class Merging(Protocol):
    """并案: cases that turn out to be one problem, or not. Every method raises NotFound and StaleVersion."""

    async def merge(self, number: str, into: str, by: By) -> CaseDetailView:
        """Let a case become part of another, with all its reports; the earlier of both promises is kept.

        Merged there already, nothing more happens. Raises NotAllowedNow by the states, Invalid for a case and itself.
        """
        ...

    async def unmerge(self, number: str, by: By) -> CaseDetailView:
        """Let a merged case stand by itself again, with what it brought along; both have their own clocks again.

        One that stands by itself is left alone. Raises NotAllowedNow when the case that took it in is not open.
        """
        ...

    async def detach(self, number: str, report_id: str, by: By) -> CaseDetailView:
        """Let one report leave a case and open its own, which is answered. Raises NotAllowedNow for the report that
        opened the case."""
        ...


class HotSpots(Protocol):
    """Bursts of reports on one place."""

    async def active(self) -> Sequence[HotSpotView]:
        """Those that go on now, the newest first. Raises Temporary."""
        ...


class CaseMap(Protocol):
    """Cases in a view of the map."""

    async def in_box(self, west: float, south: float, east: float, north: float, limit: int) -> Sequence[CaseView]:
        """At most `limit` open cases in a box of degrees CGCS2000, the most pressing first."""
        ...


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """Where a kept file is: what `EvidenceStore.read` takes, and its media type."""

    uri: str
    media_type: str


class EvidenceFinder(Protocol):
    """Kept files by the hash of their content."""

    async def find(self, sha256: str) -> EvidenceFile:
        """The file with this hash (64 lower-case hex digits). Raises NotFound."""
        ...
