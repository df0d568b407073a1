"""JSON answers: Chinese unescaped, times with +08:00."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel

CHINA = timezone(timedelta(hours=8))
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


def local(moment: datetime) -> str:
    """`2026-11-24T08:30:00+08:00`, with milliseconds when there are any. ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone cannot be shown")
    there = moment.astimezone(CHINA)
    return there.isoformat(timespec="milliseconds" if there.microsecond else "seconds")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return local(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, AbstractSet | Sequence):
        return list(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def dump_json(value: object) -> bytes:
    """UTF-8 JSON of models, dataclasses, mappings and sequences. TypeError for what has no JSON form."""
    return orjson.dumps(value, default=_plain, option=_OPTIONS)


def json_answer(
    value: BaseModel | Mapping[str, Any] | Sequence[Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> web.Response:
    """An answer with a model, mapping or sequence as JSON."""
    return web.Response(body=dump_json(value), status=status, headers=headers, content_type=media_type)


def no_content() -> web.Response:
    """204: done, and nothing to say."""
    return web.Response(status=204)
