"""What Open311 takes and answers (GeoReport v2). Every field of an answer is there; what is not known is null."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from intake.http import Upload

Key = Annotated[str, Field(max_length=200, description="访问令牌 / an API token")]
Jurisdiction = Annotated[str, Field(max_length=100, description="辖区，可不填 / may be left out: there is one")]
Words = Annotated[str, Field(max_length=200)]
DESCRIPTION_LIMIT = 4000


class Asked(BaseModel):
    """What every read takes. Other parameters are passed over, as clients send their own."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    api_key: Key | None = None
    jurisdiction_id: Jurisdiction | None = None


class RequestQuery(Asked):
    """Which requests. Lists are separated by commas, or the parameter is given several times."""

    service_request_id: list[str] = []
    service_code: list[str] = []
    status: list[str] = []
    start_date: Annotated[str, Field(max_length=40, description="W3C 时间 / time")] | None = None
    end_date: Annotated[str, Field(max_length=40, description="W3C 时间 / time")] | None = None


class FilingForm(BaseModel):
    """提交诉求. Numbers are read as text, so that what is wrong with them can be said.

    More fields are `attribute[CODE]` and `attribute[CODE][]`; a file in any field is a photo.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, list[str]]

    api_key: Key | None = None
    jurisdiction_id: Jurisdiction | None = None
    service_code: Annotated[str, Field(max_length=40)] | None = None
    description: Annotated[str, Field(max_length=DESCRIPTION_LIMIT)] | None = None
    lat: Annotated[str, Field(max_length=40, description="WGS84")] | None = None
    long: Annotated[str, Field(max_length=40, description="WGS84")] | None = None
    address_string: Words | None = None
    address_id: Annotated[str, Field(max_length=100)] | None = None
    email: Words | None = None
    device_id: Words | None = None
    account_id: Words | None = None
    first_name: Annotated[str, Field(max_length=50)] | None = None
    last_name: Annotated[str, Field(max_length=50)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    media_url: Annotated[str, Field(max_length=2000)] | None = None
    token: Annotated[str, Field(max_length=5, description="true：返回 token / answer with a token")] | None = None
    media: list[Upload] = []


class UpdateForm(BaseModel):
    """催办或补充说明 / a chase-up or a comment."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    api_key: Key | None = None
    jurisdiction_id: Jurisdiction | None = None
    description: Annotated[str, Field(max_length=1800)] | None = None


class FilingHeaders(BaseModel):
    """Headers of what is sent."""

    idempotency_key: Annotated[
        str | None,
        Field(alias="Idempotency-Key", pattern=r"^[\x21-\x7e]{1,150}$", description="重复提交的识别码 / same, once"),
    ] = None


class ErrorView(BaseModel):
    """One error."""

    code: int
    description: str


class ErrorListView(RootModel[list[ErrorView]]):
    """All that is wrong."""


class EndpointView(BaseModel):
    """One place where the API is found."""

    specification: str
    url: str
    changeset: datetime
    type: Literal["production", "test"]
    formats: list[str]


class DiscoveryView(BaseModel):
    """Where and how."""

    changeset: datetime
    contact: str
    key_service: str
    endpoints: list[EndpointView]


class ServiceView(BaseModel):
    """One kind of request."""

    service_code: str
    service_name: str
    description: str
    metadata: bool
    type: Literal["realtime"]
    keywords: str
    group: str


class ServiceListView(RootModel[list[ServiceView]]):
    """All kinds of requests."""


class OptionView(BaseModel):
    """One value of a list."""

    key: str
    name: str


class AttributeView(BaseModel):
    """One more question of a service."""

    variable: bool
    code: str
    datatype: Literal["string", "singlevaluelist"]
    required: bool
    datatype_description: str | None
    order: int
    description: str
    values: list[OptionView]


class DefinitionView(BaseModel):
    """The questions of a service."""

    service_code: str
    attributes: list[AttributeView]


class FiledView(BaseModel):
    """What was filed."""

    service_request_id: str
    service_notice: str
    account_id: str | None


class TokenView(BaseModel):
    """A token and the id that it stands for."""

    service_request_id: str
    token: str


class PromiseView(BaseModel):
    """A token instead of the id, when the client asked for one."""

    token: str
    service_notice: str
    account_id: str | None


class FiledListView(RootModel[list[FiledView | PromiseView]]):
    """One filed request."""


class TokenListView(RootModel[list[TokenView]]):
    """One token."""


class RequestView(BaseModel):
    """One request."""

    service_request_id: str
    status: Literal["open", "closed"]
    status_notes: str | None
    service_name: str
    service_code: str
    description: str | None
    agency_responsible: str | None
    service_notice: str | None
    requested_datetime: datetime
    updated_datetime: datetime
    expected_datetime: datetime | None
    address: str | None
    address_id: str | None
    zipcode: None = None
    lat: float | None
    long: float | None
    media_url: str | None


class RequestListView(RootModel[list[RequestView]]):
    """Requests, the newest first."""


class UpdateView(BaseModel):
    """One thing that happened to a request (an extension, in the shape that FixMyStreet reads)."""

    update_id: str
    service_request_id: str
    status: Literal["open", "closed"]
    updated_datetime: datetime
    description: str


class UpdateListView(RootModel[list[UpdateView]]):
    """Updates, the oldest first."""


class StepView(BaseModel):
    """One stage of a request (an extension)."""

    stage: str
    name: str
    at: Annotated[datetime, Field(serialization_alias="datetime")]
    agency_responsible: str | None


class HistoryView(RootModel[list[StepView]]):
    """The stages of a request, the oldest first."""
