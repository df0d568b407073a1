"""What a citizen or a program may send over the web, as JSON or as the flat fields of a form."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from intake.http import Upload
from intake.inbox import TEXT_LIMIT_CHARACTERS
from intake.model import Datum

# The bounds of degrees stand in the schema only: what is beyond them is refused in words that know swapped coordinates.
Longitude = Annotated[float, Field(json_schema_extra={"minimum": -180, "maximum": 180}, description="经度 / degrees")]
Latitude = Annotated[float, Field(json_schema_extra={"minimum": -90, "maximum": 90}, description="纬度 / degrees")]
DatumName = Annotated[Datum, Field(strict=False, description="坐标系，必填 / the datum, always required")]
Accuracy = Annotated[float, Field(ge=0, le=100_000, description="精度（米） / metres")]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT_CHARACTERS, description="发生了什么 / what happened")]
Short = Annotated[str, Field(max_length=200)]
Phone = Annotated[str, Field(max_length=40, description="联系电话，可不填 / optional; kept sealed, shown masked")]
Name = Annotated[str, Field(max_length=50)]
CategoryKey = Annotated[str, Field(max_length=20, description="类别，如 部件0101 / a key of /api/v1/catalogue")]
Key = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$", description="重复提交的识别码 / same key, same report")]
AnswerName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class SubmitPoint(BaseModel):
    """A point with the datum it is in."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    lon: Longitude
    lat: Latitude
    datum: DatumName
    accuracy_metres: Accuracy | None = None


class SubmitReport(BaseModel):
    """上报，JSON. `external_id` is for programs with the permission reports.submit."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    text: Text
    place_words: Short | None = None
    phone: Phone | None = None
    name: Name | None = None
    confidential: bool = False
    point: SubmitPoint | None = None
    category: CategoryKey | None = None
    external_id: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    answers: Annotated[dict[AnswerName, Short], Field(max_length=20)] = {}


class SubmitForm(BaseModel):
    """上报，表单: the same as flat fields, with photos. A browser sends the key as a field."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    text: Text
    place_words: Short | None = None
    phone: Phone | None = None
    name: Name | None = None
    confidential: bool = False
    lon: Longitude | None = None
    lat: Latitude | None = None
    datum: DatumName | None = None
    accuracy_metres: Accuracy | None = None
    category: CategoryKey | None = None
    external_id: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    idempotency_key: Key | None = None
    photo: list[Upload] = []


class SubmitHeaders(BaseModel):
    """Headers of a submission."""

    idempotency_key: Annotated[Key | None, Field(alias="Idempotency-Key")] = None
