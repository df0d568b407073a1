"""The page under /docs: Swagger UI from its installed package, without a network and without inline script."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from swagger_ui_bundle import swagger_ui_path

from intake.errors import NotFound
from intake.http.answers import dump_json
from intake.http.call import Call
from intake.http.route import PUBLIC, Route

_FILES: Mapping[str, str] = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>12319 Hub API</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
"""
_START = """window.addEventListener("load", () => {
  const settings = {url: "/docs/document.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null};
  window.ui = SwaggerUIBundle(settings);
});
"""


def swagger_routes(document: Mapping[str, Any]) -> tuple[Route, ...]:
    """`/docs` and its files, showing this OpenAPI 3.1 document."""
    viewed = dump_json({**as_openapi_30(document), "openapi": "3.0.3"})

    async def shown(_: Call) -> web.StreamResponse:
        return web.Response(body=viewed, content_type="application/json")

    return (
        Route("GET", "/docs", _page, PUBLIC, "接口说明 / the interface, explained", page=True),
        Route("GET", "/docs/start.js", _start, PUBLIC, "说明页脚本 / its script", page=True),
        Route("GET", "/docs/document.json", shown, PUBLIC, "说明页所示 / what it shows", page=True),
        Route("GET", "/docs/{file}", _file, PUBLIC, "说明页文件 / its files", page=True),
    )


def as_openapi_30(part: Any) -> Any:
    """The same in the words of OpenAPI 3.0, the newest that the packaged Swagger UI shows."""
    if isinstance(part, list):
        return [as_openapi_30(inner) for inner in part]
    if not isinstance(part, Mapping):
        return part
    turned = {name: as_openapi_30(inner) for name, inner in part.items() if name != "anyOf"}
    if "const" in turned:
        turned["enum"] = [turned.pop("const")]
    if "anyOf" in part:
        kinds = [as_openapi_30(kind) for kind in part["anyOf"] if kind != {"type": "null"}]
        nullable = {"nullable": True} if len(kinds) < len(part["anyOf"]) else {}
        turned = {**turned, **(kinds[0] if len(kinds) == 1 else {"anyOf": kinds}), **nullable}
    return turned


async def _page(_: Call) -> web.StreamResponse:
    return web.Response(text=_PAGE, content_type="text/html", charset="utf-8")


async def _start(_: Call) -> web.StreamResponse:
    return web.Response(text=_START, content_type="text/javascript", charset="utf-8")


async def _file(call: Call) -> web.StreamResponse:
    name = call.path["file"]
    if name not in _FILES:
        raise NotFound("没有这个文件。", "There is no such file.")
    content = await asyncio.to_thread((swagger_ui_path / name).read_bytes)
    headers = {"Cache-Control": "public, max-age=86400"}
    return web.Response(body=content, content_type=_FILES[name], headers=headers)
