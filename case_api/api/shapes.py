"""Shapes of the API beside those of `case_api.views`: what is taken, and what the city pack and the map answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from case_api.services import CaseFilter
from case_api.views import CategoryView, CountView, EventView, View
from intake.http import PageQuery
from intake.model import Datum

REPORT_ID = "{report_id:[0-9a-hjkmnp-tv-z]{26}}"
CASE_NUMBER = "{number:[0-9]{11,14}}"


class Strict(BaseModel):
    """Root of what is taken: unknown names refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Conditional(Strict):
    """A read that may be answered 304."""

    if_none_match: Annotated[
        str | None, Field(alias="If-None-Match", max_length=200, description="上次的 ETag / the ETag known")
    ] = None


class IfMatch(Strict):
    """A change of what was read before; without it 428."""

    if_match: Annotated[
        str | None, Field(alias="If-Match", max_length=200, description="读取时的 ETag / the ETag that was read")
    ] = None


class ReportsQuery(PageQuery):
    """Which reports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["waiting", "parked", "settled"] | None = None


class CasesQuery(PageQuery, CaseFilter):
    """Which cases, and which page of them."""

    def where(self) -> CaseFilter:
        """The filter alone."""
        return CaseFilter.model_validate(self.model_dump(include=set(CaseFilter.model_fields)))


class DeskQuery(PageQuery):
    """Which page of the desk's questions."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CorrectionBody(Strict):
    """One field set right. A point is written `lon,lat,datum`."""

    field: Literal["text", "place_words", "category", "point"]
    value: Annotated[str, Field(min_length=1, max_length=2000)]


class ReplayBody(Strict):
    """Corrections to append before the report waits again; none when only the cause outside was mended."""

    corrections: Annotated[list[CorrectionBody], Field(max_length=20)] = []


class DispatchBody(Strict):
    """派遣: to the proposed unit unless another is named."""

    unit_code: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    note: Annotated[str, Field(max_length=500)] = ""


class MergeBody(Strict):
    """并案: the case that takes this one in."""

    into: Annotated[str, Field(pattern=r"^[0-9]{11,14}$")]
    note: Annotated[str, Field(max_length=500)] = ""


class UnmergeBody(Strict):
    """撤销并案."""

    note: Annotated[str, Field(max_length=500)] = ""


class DetachBody(Strict):
    """移出: the report that is not of this case."""

    report_id: Annotated[str, Field(pattern=r"^[0-9a-hjkmnp-tv-z]{26}$")]
    note: Annotated[str, Field(max_length=500)] = ""


class HistoryView(View):
    """All events of a case, oldest first."""

    items: list[EventView]


class CountsView(View):
    """Open cases by town, group and state."""

    items: list[CountView]


class BoxQuery(Strict):
    """A view box."""

    bbox: Annotated[
        str,
        Field(
            pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,12})?(,-?[0-9]{1,3}(\.[0-9]{1,12})?){3}$",
            description="west,south,east,north，CGCS2000 度 / degrees",
        ),
    ]


class PointGeometry(View):
    """GeoJSON's point: longitude, latitude."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


class CaseProperties(View):
    """What the map shows of a case."""

    number: str
    state: str
    state_name: str
    state_name_en: str
    category_key: str
    category_name: str
    category_name_en: str
    urgency: str
    address: str
    unit_name: str
    due_at: str
    report_count: int


class CaseFeature(View):
    """A case on the map; `id` is its number."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: PointGeometry
    properties: CaseProperties


class CaseCollection(View):
    """GeoJSON FeatureCollection. `truncated` says that the box holds more than are shown."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[CaseFeature]
    truncated: bool


class ConditionView(View):
    """立案条件 with its limit: `limit_value` counted in `limit_unit`, such as 紧急工作时."""

    number: int
    filing: str
    limit_value: int
    limit_unit: str
    closing: str


class CatalogueEntryView(CategoryView):
    """A category with its conditions."""

    group: str
    conditions: list[ConditionView]


class CatalogueView(View):
    """类别目录."""

    items: list[CatalogueEntryView]


class UnitEntryView(View):
    """责任单位; `kind` is department, town or enterprise."""

    code: str
    name: str
    name_en: str
    kind: str
    parent_code: str | None


class UnitsView(View):
    """All units."""

    items: list[UnitEntryView]


class DivisionView(View):
    """A town or community; `place` is false for codes that name no place of their own. Degrees CGCS2000 where known."""

    code12: str
    name: str
    short_name: str
    level: str
    type: str
    parent_code12: str | None
    place: bool
    lon: float | None
    lat: float | None


class DivisionsView(View):
    """All towns and communities of the county."""

    items: list[DivisionView]


class GeocodeQuery(Strict):
    """Words that name a place."""

    q: Annotated[str, Field(min_length=1, max_length=200, description="地点 / place words")]


class ReverseQuery(Strict):
    """A point and its datum."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    datum: Datum


class CandidateView(View):
    """One place that may be meant; `span` is the part of the text that names it, `[start, end)`."""

    name: str
    code12: str
    lon: float
    lat: float
    datum: str
    precision: str
    accuracy_metres: float
    cell: str
    confidence: float
    span: tuple[int, int]
    reasons: list[str]
    grid: str = ""


class GeocodeView(View):
    """Candidates, best first, and what to ask when they do not decide."""

    text: str
    candidates: list[CandidateView]
    question: str | None


class ReverseView(View):
    """The nearest address; null when the point is outside the county. `suspected_datum` is the datum the point is
    probably in, when the stated one puts it well outside and this one does not."""

    lon: float
    lat: float
    datum: str
    candidate: CandidateView | None
    suspected_datum: str | None = None
