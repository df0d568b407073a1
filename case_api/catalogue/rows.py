"""Rows of the pack's catalogue files, as they are written there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from case_api.clocks import LimitUnit
from case_api.clocks.units import MAX_LIMIT
from intake.model import Intent, Urgency

TwoDigits = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
CategoryKey = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(部件|事件)\d{4}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]

_URGENCY_WORDS = {"": Urgency.NORMAL, "一般": Urgency.NORMAL, "紧急": Urgency.URGENT, "特急": Urgency.EMERGENCY}


def _urgency(value: object) -> object:
    return _URGENCY_WORDS.get(value, value) if isinstance(value, str) else value


def _intent(value: object) -> object:
    return Intent.UNCLEAR if value == "nonsense" else value


UrgencyWord = Annotated[Urgency, BeforeValidator(_urgency)]


class CategoryRow(BaseModel):
    """categories.csv. `radius_metres` is how far apart two reports of one thing may lie."""

    standard: Words
    kind: Literal["部件", "事件"]
    class_code: TwoDigits
    class_name: Words
    sub_code: TwoDigits
    name: Words
    name_en: str = ""
    group: str = ""
    radius_metres: float = Field(default=50, gt=0, le=5000)


class ConditionRow(BaseModel):
    """conditions.csv. An empty `standard` means the one the city applies; `urgency` is 一般, 紧急 or 特急."""

    category_key: CategoryKey
    number: int = Field(ge=1, le=99)
    filing: str = Field(min_length=1)
    limit_value: int = Field(ge=1, le=MAX_LIMIT)
    limit_unit: LimitUnit
    closing: str = Field(min_length=1)
    keywords: str = ""
    urgency: UrgencyWord = Urgency.NORMAL
    standard: str = ""


class WordRow(BaseModel):
    """words.csv. The middling positive weight of a pack is a clear word; a negative one speaks against the category."""

    category_key: CategoryKey
    word: Words
    weight: float = Field(default=1, ge=-100, le=100, allow_inf_nan=False)


class IntentRow(BaseModel):
    """intents.csv, weights around 2. Beside the intents, `nonsense` is no intent at all, and `urgent` and `emergency`
    list the words that raise the urgency."""

    intent: Annotated[Intent | Literal["urgent", "emergency"], BeforeValidator(_intent)]
    word: Words
    weight: float = Field(default=1, ge=0, le=100, allow_inf_nan=False)
