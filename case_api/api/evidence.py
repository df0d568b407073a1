"""Files that came with reports."""

from __future__ import annotations

from aiohttp import web

from case_api.api.services import ApiServices
from case_api.api.shapes import Conditional
from intake.http import Call, Route, etag, not_modified

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "Cache-Control": "private, max-age=3600",
}


def routes(services: ApiServices) -> tuple[Route, ...]:
    """`/api/v1/evidence/{sha256}`."""

    async def read(call: Call) -> web.StreamResponse:
        sha256 = call.path["sha256"]
        found = await services.evidence_finder.find(sha256)
        headers = {**_HEADERS, "ETag": etag(sha256)}
        if not_modified(call, sha256):
            return web.Response(status=304, headers=headers)
        content = await services.evidence.read(found.uri)
        return web.Response(body=content, content_type=found.media_type, headers=headers)

    return (
        Route(
            "GET",
            "/api/v1/evidence/{sha256:[0-9a-f]{64}}",
            read,
            "reports.read",
            "附件（照片、录音） / a file that came with a report",
            tag="上报 reports",
            headers=Conditional,
            media_type="*/*",
            also=(304,),
        ),
    )
