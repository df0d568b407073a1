"""JSON as RFC 8259 means it, and nothing that the rest of the house could stumble over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import orjson

from intake.errors import FieldFault, Invalid
from intake.http.errors import Malformed

_DEEPEST = 64
_LARGEST = 2**63
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
TEXT_PATTERN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"


def parse_json(raw: bytes) -> object:
    """The value of a JSON text.

    Raises Malformed (400) for broken JSON, wrong UTF-8, NaN, a name given twice, nesting beyond 64; Invalid (422) for
    control characters and lone surrogates in text, naming the fields, and for integers beyond 64 bits.
    """
    try:
        orjson.loads(raw)
        value = json.loads(raw, object_pairs_hook=_object, parse_int=_integer, parse_float=_decimal)
    except (ValueError, RecursionError) as error:
        _name_surrogates(raw)
        raise _broken(error) from None
    check_texts(value)
    return value


def _name_surrogates(raw: bytes) -> None:
    # An escape such as \ud800 is grammatical JSON though no text: its sender is told the field, not a position.
    try:
        value = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return
    check_texts(value)


def check_texts(value: object) -> None:
    """Raises Invalid, naming every field, for texts with control characters; Malformed for nesting beyond 64."""
    faults = tuple(
        FieldFault(pointer, "含有控制字符或残缺字符，请删去。", "Remove control characters and lone surrogates.")
        for pointer in _controls(value, "", 0)
    )
    if faults:
        raise Invalid(
            "文字中含有控制字符或残缺字符。", "There are control characters or lone surrogates in the text.", faults
        )


def has_control(text: str) -> bool:
    """True for text with control characters other than tab and line ends, or with lone surrogates."""
    return _CONTROL.search(text) is not None


def escape_pointer(part: object) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return str(part).replace("~", "~0").replace("/", "~1").encode("utf-8", "replace").decode("utf-8")


def _controls(value: object, pointer: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        _refuse("嵌套太深", "nested too deeply")
    if isinstance(value, str):
        if has_control(value):
            yield pointer
    elif isinstance(value, dict):
        for name, inner in value.items():
            if has_control(name):
                yield f"{pointer}/?"
            yield from _controls(inner, f"{pointer}/{escape_pointer(name)}", depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _controls(inner, f"{pointer}/{index}", depth + 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("同一名称出现两次", "a name is given twice in one object")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 20 or not -_LARGEST <= int(digits) < _LARGEST:
        raise Invalid("整数过大。", "An integer is beyond 64 bits.", (FieldFault("", "整数过大。", "Beyond 64 bits."),))
    return int(digits)


def _decimal(digits: str) -> float | int:
    number = float(digits)
    # JSON Schema counts 7.0 among the integers.
    if number.is_integer() and abs(number) < 2**53:
        return int(number)
    if number in (float("inf"), float("-inf")):
        raise Invalid("数字过大。", "A number is too large.", (FieldFault("", "数字过大。", "Too large."),))
    return number


def _refuse(zh: str, en: str) -> NoReturn:
    raise Malformed(f"JSON 有误：{zh}。", f"The JSON cannot be taken: {en}.")


def _broken(error: Exception) -> Malformed:
    if isinstance(error, orjson.JSONDecodeError):
        where = f"第 {error.lineno} 行第 {error.colno} 列", f"line {error.lineno}, column {error.colno}"
        return Malformed(f"JSON 有误：{where[0]}。", f"This is not JSON: {error.msg.split(':')[0]}, {where[1]}.")
    return Malformed("JSON 有误。", "This is not JSON that can be taken.")
