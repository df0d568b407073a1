"""Validation with pydantic, its complaints turned into pointers and words of both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from intake.errors import FieldFault, Invalid
from intake.http.strict_json import escape_pointer

Model = TypeVar("Model", bound=BaseModel)

_WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("必须填写。", "This is required."),
    "extra_forbidden": ("没有这个字段，请去掉。", "There is no such field: leave it out."),
    "string_type": ("须为文字。", "This must be text."),
    "string_too_short": ("至少 {min_length} 个字。", "At least {min_length} characters."),
    "string_too_long": ("最多 {max_length} 个字。", "At most {max_length} characters."),
    "string_pattern_mismatch": ("格式不对，须符合 {pattern}。", "The form is wrong: it must match {pattern}."),
    "int_type": ("须为整数。", "This must be a whole number."),
    "int_parsing": ("须为整数。", "This must be a whole number."),
    "int_from_float": ("须为整数。", "This must be a whole number."),
    "int_parsing_size": ("整数过大。", "This whole number is too large."),
    "float_type": ("须为数字。", "This must be a number."),
    "float_parsing": ("须为数字。", "This must be a number."),
    "finite_number": ("须为有限的数字。", "This must be a finite number."),
    "bool_type": ("须为 true 或 false。", "This must be true or false."),
    "bool_parsing": ("须为 true 或 false。", "This must be true or false."),
    "greater_than": ("须大于 {gt}。", "This must be greater than {gt}."),
    "greater_than_equal": ("不得小于 {ge}。", "This must be at least {ge}."),
    "less_than": ("须小于 {lt}。", "This must be less than {lt}."),
    "less_than_equal": ("不得大于 {le}。", "This must be at most {le}."),
    "enum": ("只能是：{expected}。", "This must be one of {expected}."),
    "literal_error": ("只能是：{expected}。", "This must be one of {expected}."),
    "list_type": ("须为列表。", "This must be a list."),
    "tuple_type": ("须为列表。", "This must be a list."),
    "too_short": ("至少 {min_length} 项。", "At least {min_length} items."),
    "too_long": ("最多 {max_length} 项。", "At most {max_length} items."),
    "dict_type": ("须为对象。", "This must be an object."),
    "model_type": ("须为对象。", "This must be an object."),
    "model_attributes_type": ("须为对象。", "This must be an object."),
    "timezone_aware": ("时间须带时区，例如 +08:00。", "The time needs a zone, such as +08:00."),
    "datetime_parsing": ("须为时间，例如 2026-11-24T08:30:00+08:00。", "A time such as 2026-11-24T08:30:00+08:00."),
    "datetime_from_date_parsing": (
        "须为时间，例如 2026-11-24T08:30:00+08:00。",
        "A time such as 2026-11-24T08:30:00+08:00.",
    ),
    "datetime_type": ("须为时间，例如 2026-11-24T08:30:00+08:00。", "A time such as 2026-11-24T08:30:00+08:00."),
    "date_from_datetime_parsing": ("须为日期，例如 2026-11-24。", "A date such as 2026-11-24."),
    "date_parsing": ("须为日期，例如 2026-11-24。", "A date such as 2026-11-24."),
    "uuid_parsing": ("编号格式不对。", "This is not an identifier."),
}


def validate_json(kind: type[Model], value: object) -> Model:
    """A JSON value as a model, its types taken at their word: `"1"` and `true` are no numbers. Raises Invalid."""
    try:
        return kind.model_validate_json(orjson.dumps(value), strict=True)
    except ValidationError as error:
        raise invalid(error) from None


def words_error(zh: str, en: str) -> PydanticCustomError:
    """What a validator of a model raises, with words of both languages."""
    return PydanticCustomError("words", "{en}", {"zh": zh, "en": en})


def validate(kind: type[Model], value: object, prefix: str = "") -> Model:
    """The value as a model. Raises Invalid with one fault a field, its pointer starting with `prefix`."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise invalid(error, prefix) from None


def invalid(error: ValidationError, prefix: str = "") -> Invalid:
    """The complaints of pydantic as one Invalid. Never repeats what was sent."""
    faults = tuple(_fault(detail, prefix) for detail in error.errors(include_url=False, include_input=False))
    named = [fault.pointer or "/" for fault in faults[:3]]
    return Invalid(
        f"有 {len(faults)} 处需要改正：{'、'.join(named)}。",
        f"{len(faults)} field(s) must be corrected: {', '.join(named)}.",
        faults,
    )


def _fault(detail: ErrorDetails, prefix: str) -> FieldFault:
    pointer = prefix + "".join(f"/{escape_pointer(part)}" for part in detail["loc"])
    context = detail.get("ctx", {})
    if detail["type"] == "words":
        return FieldFault(pointer, str(context["zh"]), str(context["en"]))
    zh, en = _WORDS.get(detail["type"], ("填写有误：{msg}。", "{msg}"))
    known = {**context, "msg": detail["msg"]}
    return FieldFault(pointer, zh.format(**known), en.format(**known))
