"""Plain values as XML: the same values that JSON is written from, under names that the specification gives.

There is no reader: nothing that comes in is taken as XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from xml.sax.saxutils import escape

from intake.http import local

DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
# What a list is called, and what each of its items is.
ITEMS: Final[Mapping[str, str]] = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "request_history": "step",
    "service_request_updates": "request_update",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = {"\r": "&#13;"}


def write_xml(root: str, value: object) -> str:
    """A document with this root. TypeError for a value that has no XML form."""
    return DECLARATION + "".join(_element(root, value)) + "\n"


def _element(name: str, value: object) -> Iterator[str]:
    if value is None or value == "":
        yield f"<{name}/>"
        return
    yield f"<{name}>"
    yield from _content(name, value)
    yield f"</{name}>"


def _content(name: str, value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner, one in value.items():
            yield from _element(inner, one)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for one in value:
            yield from _element(ITEMS[name], one)
    else:
        yield _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return escape(_NOT_XML.sub("\ufffd", value), _LINE_END)
    if isinstance(value, int | float):
        return format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return local(value)
    raise TypeError(f"{type(value).__name__} has no XML form")
