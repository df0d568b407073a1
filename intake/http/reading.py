"""Reads a request's body within limits of size and time, whatever it holds."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_to_bytes

from aiohttp import BodyPartReader, StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError

from intake.errors import FieldFault, Invalid, TooLarge
from intake.http.errors import Malformed, TooSlow, UnsupportedMedia
from intake.http.strict_json import check_texts, parse_json
from intake.http.upload import Upload

Fields = dict[str, list[str]]
FORM_TYPES = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MOST_FIELDS = 200
_GATEWAYS = "/channels/"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a request is read, and for how long."""

    body_bytes: int = 1024 * 1024
    file_bytes: int = 12 * 1024 * 1024
    files: int = 6
    seconds: float = 120.0

    @property
    def form_bytes(self) -> int:
        """A multipart form with as many files of full size as are taken."""
        return self.body_bytes + self.files * self.file_bytes


def check_target(request: web.BaseRequest) -> None:
    """Raises Malformed for a path or query whose percent-encoding is broken or hides bytes that are not UTF-8.

    A gateway's query is left to its channel: the bytes of a short message may be of any encoding.
    """
    target = request.raw_path
    if target.startswith(_GATEWAYS):
        target = target.partition("?")[0]
    try:
        broken = _BAD_ESCAPE.search(target) is not None
        unquote_to_bytes(target.encode("utf-8", "strict")).decode("utf-8")
    except UnicodeError:
        broken = True
    if broken:
        raise Malformed("网址编码有误，须为 UTF-8 的百分号编码。", "The address must be percent-encoded UTF-8.")


async def read_raw(request: web.Request, limits: Limits) -> bytes:
    """The body as sent. Raises TooLarge, TooSlow, Malformed (broken compression)."""
    _refuse_declared(request, limits.body_bytes)
    content = request.content
    if content.is_eof() and content.exception() is None:
        return _at_hand(content, limits)
    body = bytearray()
    async with _patience(limits.seconds):
        while chunk := await request.content.readany():
            body.extend(chunk)
            if len(body) > limits.body_bytes:
                raise _too_large(limits.body_bytes)
    return bytes(body)


def _at_hand(content: StreamReader, limits: Limits) -> bytes:
    """A small body that came together with its head: nothing to wait for."""
    body = content.read_nowait()
    if len(body) > limits.body_bytes:
        raise _too_large(limits.body_bytes)
    return body


async def read_json(request: web.Request, limits: Limits) -> tuple[bytes, object]:
    """The body and its value. Raises UnsupportedMedia besides what `read_raw` and `parse_json` raise."""
    kind = request.content_type
    if not (kind == "application/json" or kind.endswith("+json")) or (request.charset or "utf-8").lower() != "utf-8":
        raise UnsupportedMedia("请以 application/json（UTF-8）提交。", "Send application/json in UTF-8.")
    raw = await read_raw(request, limits)
    return raw, parse_json(raw)


async def read_form(request: web.Request, limits: Limits) -> tuple[bytes, Fields, tuple[Upload, ...]]:
    """Fields and files of a form; nothing at all is an empty one. `raw` is empty for multipart. Raises as `read_json`
    does."""
    if not request.body_exists and "Content-Type" not in request.headers:
        return b"", {}, ()
    if request.content_type == "multipart/form-data":
        fields, files = await _read_multipart(request, limits)
        check_texts(singles(fields))
        return b"", fields, files
    if request.content_type != "application/x-www-form-urlencoded":
        raise UnsupportedMedia(
            "请以 multipart/form-data 或 application/x-www-form-urlencoded 提交。",
            "Send multipart/form-data or application/x-www-form-urlencoded.",
        )
    raw = await read_raw(request, limits)
    fields = parse_pairs(raw)
    check_texts(singles(fields))
    return raw, fields, ()


def singles(fields: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Fields with the value itself where one was given, so that a fault points at the field."""
    return {name: values[0] if len(values) == 1 else list(values) for name, values in fields.items()}


def parse_pairs(raw: bytes) -> Fields:
    """`a=1&b=2` as lists of values. Raises Malformed for wrong UTF-8 or more than 200 fields."""
    fields: Fields = {}
    try:
        text = raw.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Malformed("表单编码有误或字段过多。", "The form is not UTF-8, or has too many fields.") from None
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


async def _read_multipart(request: web.Request, limits: Limits) -> tuple[Fields, tuple[Upload, ...]]:
    _refuse_declared(request, limits.form_bytes)
    fields: Fields = {}
    files: list[Upload] = []
    budget = limits.body_bytes
    async with _patience(limits.seconds):
        reader = await request.clone(client_max_size=limits.form_bytes).multipart()
        async for part in reader:
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise Malformed("表单的每一部分都须有名称。", "Every part of the form needs a name.")
            if part.filename is not None:
                await _take_file(part, files, limits)
                continue
            content = await _part_bytes(part, budget)
            budget -= len(content)
            fields.setdefault(part.name, []).append(content.decode("utf-8"))
            if len(fields) > _MOST_FIELDS:
                raise Malformed("表单字段过多。", "The form has too many fields.")
    return fields, tuple(files)


async def _take_file(part: BodyPartReader, files: list[Upload], limits: Limits) -> None:
    content = await _part_bytes(part, limits.file_bytes)
    if not content and not part.filename:
        return
    if len(files) >= limits.files:
        zh, en = f"最多上传 {limits.files} 个文件。", f"At most {limits.files} files can be sent."
        raise Invalid(zh, en, (FieldFault(f"/{part.name}", zh, en),))
    media_type = part.headers.get("Content-Type", "application/octet-stream")
    files.append(Upload(part.name or "", part.filename or "", media_type, content))


async def _part_bytes(part: BodyPartReader, limit_bytes: int) -> bytes:
    body = bytearray()
    while chunk := await part.read_chunk(65536):
        body.extend(chunk)
        if len(body) > limit_bytes:
            raise _too_large(limit_bytes)
    return bytes(body)


@asynccontextmanager
async def _patience(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise TooSlow("上传太慢，已停止接收，请重试。", "The body came too slowly: send it again.") from None
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLarge("请求内容过大。", "The request is too large.") from error
    except (ValueError, RuntimeError, AssertionError, web.RequestPayloadError, HttpProcessingError) as error:
        raise Malformed("请求内容无法读取。", "The body is not what its headers say.") from error


def _refuse_declared(request: web.Request, limit_bytes: int) -> None:
    if (request.content_length or 0) > limit_bytes:
        raise _too_large(limit_bytes)


def _too_large(limit_bytes: int) -> TooLarge:
    size = f"{limit_bytes / 1024 / 1024:.0f} MB"
    return TooLarge(f"内容过大，最多 {size}，请缩小后再传。", f"This is too large: at most {size}. Make it smaller.")
