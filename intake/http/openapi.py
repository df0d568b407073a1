"""The OpenAPI 3.1 document, generated from the routes, and the page that shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from intake.http.answers import dump_json
from intake.http.call import Call
from intake.http.principal import SESSION_COOKIE
from intake.http.problem import MEDIA_TYPE, TITLES, ProblemView
from intake.http.route import PUBLIC, Route
from intake.http.schemas import Schemas
from intake.http.swagger import swagger_routes

_VARIABLE = re.compile(r"\{(\w+)(?::([^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}")
_SECURITY: Mapping[str, Any] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "访问令牌 / an API token, issued under /api/v1/tokens",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "登录会话；修改类请求还须带 X-CSRF-Token / a session; changes need its X-CSRF-Token too",
    },
}


def openapi(routes: Sequence[Route], title: str, version: str) -> dict[str, Any]:
    """The document of every route that is no page."""
    shown = [route for route in routes if not route.page]
    taken = [kind for route in shown for kind in (route.body, route.form) if kind]
    told = [kind for route in shown if route.errors for kind in route.errors.media_types.values() if kind]
    schemas = Schemas(taken, [ProblemView, *told, *(route.answer for route in shown if route.answer)])
    paths: dict[str, dict[str, Any]] = {}
    for route in shown:
        path = _VARIABLE.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": version,
            "description": "语言由 ?lang=zh|en、cookie lang 或 Accept-Language 决定；出错时为 RFC 9457 problem+json。"
            "\n\n"
            "The language follows ?lang=zh|en, the cookie lang or Accept-Language; errors are RFC 9457 problem+json.",
        },
        "paths": paths,
        "components": {"schemas": schemas.components, "securitySchemes": dict(_SECURITY)},
    }


def document_routes(routes: Sequence[Route], title: str, version: str) -> tuple[Route, ...]:
    """`/openapi.json` for these routes and `/docs`, its page, which works without a network."""
    shown = openapi(routes, title, version)
    content = dump_json(shown)

    async def document(_: Call) -> web.StreamResponse:
        return web.Response(body=content, content_type="application/json")

    return (
        Route("GET", "/openapi.json", document, PUBLIC, "接口文档 / this document", page=False),
        *swagger_routes(shown),
    )


def _operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    words = re.sub(r"\W+", "_", route.path).strip("_")
    operation: dict[str, Any] = {
        "operationId": f"{route.method.lower()}_{words}",
        "summary": route.summary,
        "responses": _responses(route, schemas),
        "security": [] if route.needs == PUBLIC else [{"token": []}, {"session": []}],
    }
    if route.tag:
        operation["tags"] = [route.tag]
    if route.needs != PUBLIC:
        operation["description"] = f"需要权限 / needs: `{route.needs}`"
    if parameters := _parameters(route, schemas):
        operation["parameters"] = parameters
    if body := _request_body(route, schemas):
        operation["requestBody"] = body
    return operation


def _parameters(route: Route, schemas: Schemas) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(pattern)}
        for name, pattern in _VARIABLE.findall(route.path)
    ]
    found += _model_parameters(route.query, "query", schemas)
    found += _model_parameters(route.headers, "header", schemas)
    return found


def _path_schema(pattern: str) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "pattern": f"^{pattern}$" if pattern else "^[^/\\u0000-\\u001f\\u007f]+$"}


def _model_parameters(kind: type[BaseModel] | None, where: str, schemas: Schemas) -> list[dict[str, Any]]:
    if kind is None:
        return []
    shape = schemas.parameters(kind)
    required = shape.get("required", [])
    found = []
    for name, schema in shape.get("properties", {}).items():
        aliased = any(info.alias == name for info in kind.model_fields.values())
        shown = name.replace("_", "-") if where == "header" and not aliased else name
        item = {"name": shown, "in": where, "required": name in required, "schema": _without_null(schema)}
        if "description" in schema:
            item["description"] = schema["description"]
        found.append(item)
    return found


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    default = {"default": schema["default"]} if schema.get("default") is not None else {}
    if len(kinds) == 1:
        return {**rest, **kinds[0], **default}
    return {**rest, **({"anyOf": kinds} if kinds else {}), **default}


def _request_body(route: Route, schemas: Schemas) -> dict[str, Any] | None:
    content: dict[str, Any] = {}
    if route.body is not None:
        content["application/json"] = {"schema": schemas.reference(route.body)}
    if route.form is not None:
        content["multipart/form-data"] = {"schema": schemas.reference(route.form)}
        content["application/x-www-form-urlencoded"] = {"schema": schemas.without_files(route.form)}
    return {"required": True, "content": content} if content else None


def _responses(route: Route, schemas: Schemas) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "OK"}
    if route.answer is not None:
        answer["content"] = {route.media_type: {"schema": schemas.answered(route.answer)}}
    elif route.status != 204:
        answer["content"] = {route.media_type: {}}
    if "content" in answer:
        answer["content"].update({kind: {} for kind in route.also_media})
    found: dict[str, Any] = {str(status): answer for status in (route.status, *route.also)}
    if "304" in found:
        found["304"] = {"description": "Not Modified"}
    for status in _problem_statuses(route):
        words = " / ".join(TITLES.get(status, ("出错", "Error")))
        found[str(status)] = {"description": words, "content": _problem_content(route, schemas)}
    return found


def _problem_content(route: Route, schemas: Schemas) -> dict[str, Any]:
    told = {MEDIA_TYPE: ProblemView} if route.errors is None else route.errors.media_types
    return {media: {"schema": schemas.answered(kind)} if kind else {} for media, kind in told.items()}


def _problem_statuses(route: Route) -> list[int]:
    statuses = {400, 503}
    if route.needs != PUBLIC:
        statuses |= {401, 403}
    if "{" in route.path:
        statuses.add(404)
    if route.query or route.headers:
        statuses.add(422)
    if route.body or route.form:
        statuses |= {408, 413, 415, 422}
    answered = route.errors.documented(statuses) if route.errors else statuses
    return sorted((answered | {*route.problems}) - {route.status, *route.also})
