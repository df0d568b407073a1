"""Cursor paging: a cursor is opaque to its reader and worthless to a forger."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

import orjson
from pydantic import BaseModel, Field

from intake.errors import FieldFault, Invalid

Item = TypeVar("Item")
_LONGEST = 512


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None = None


class PageQuery(BaseModel):
    """The query of every list: how many, and after which cursor."""

    limit: Annotated[int, Field(ge=1, le=200, description="每页条数 / rows a page")] = 50
    cursor: Annotated[str | None, Field(max_length=_LONGEST, description="上一页的 next_cursor")] = None


def encode_cursor(*key: str | float) -> str:
    """The sort key of the last row of a page as an opaque word, safe in a URL."""
    return base64.urlsafe_b64encode(orjson.dumps(key)).rstrip(b"=").decode("ascii")


def decode_cursor(cursor: str, kinds: Sequence[type]) -> tuple[str | float, ...]:
    """The sort key that `encode_cursor` was given, its parts being of these types. Raises Invalid for anything else."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        key = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        raise _bad_cursor() from None
    fits = isinstance(key, list) and len(key) == len(kinds)
    if not fits or any(type(part) is not kind for part, kind in zip(key, kinds, strict=True)):
        raise _bad_cursor()
    if any(isinstance(part, int) and abs(part) >= 2**63 for part in key):
        raise _bad_cursor()
    return tuple(key)


def _bad_cursor() -> Invalid:
    zh, en = "翻页标记无效，请从第一页重新读取。", "The cursor is not one of ours: start again from the first page."
    return Invalid(zh, en, (FieldFault("/query/cursor", zh, en),))
