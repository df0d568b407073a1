"""The pages' own files: style, scripts, icons, the vendored map. Read once, answered from memory."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from intake.errors import NotFound
from intake.http.call import Call
from intake.http.etag import etag, not_modified
from intake.http.route import PUBLIC, Route

STATIC_FOLDER = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".md": "text/plain"}
_CACHE = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file, plain and compressed, with the version that its content makes."""

    media_type: str
    version: str
    plain: bytes = field(repr=False)
    packed: bytes = field(repr=False)


def make_file(content: bytes, media_type: str) -> StaticFile:
    """A file from its bytes."""
    return StaticFile(media_type, hashlib.sha256(content).hexdigest()[:20], content, gzip.compress(content, 6))


def static_routes(folder: Path = STATIC_FOLDER, prefix: str = "/static") -> tuple[Route, ...]:
    """Everything under the folder at `prefix`. Raises OSError when the folder cannot be read."""
    files = _read_all(folder)

    async def answer(call: Call) -> web.StreamResponse:
        found = files.get(call.path["name"])
        if found is None:
            raise NotFound("没有这个文件。", "There is no such file.")
        return file_answer(call, found)

    return (Route("GET", f"{prefix}/{{name:.+}}", answer, PUBLIC, "页面文件 / files of the pages", page=True),)


def file_answer(call: Call, found: StaticFile) -> web.StreamResponse:
    """The file, or 304 when the reader has it; compressed when the reader takes gzip."""
    headers = {**_CACHE, "ETag": etag(found.version)}
    if not_modified(call, found.version):
        return web.Response(status=304, headers=headers)
    small = "gzip" in call.request.headers.get("Accept-Encoding", "") and len(found.packed) < len(found.plain)
    if small:
        headers["Content-Encoding"] = "gzip"
    charset = "utf-8" if found.media_type.startswith("text/") else None
    body = found.packed if small else found.plain
    return web.Response(body=body, headers=headers, content_type=found.media_type, charset=charset)


def _read_all(folder: Path) -> Mapping[str, StaticFile]:
    return {
        path.relative_to(folder).as_posix(): make_file(path.read_bytes(), _media_type(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _media_type(path: Path) -> str:
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
