"""The HTTP toolkit against a real server on a free port."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, ConfigDict, Field
from yarl import URL

from intake.errors import NotAllowedNow, Temporary
from intake.http import (
    PUBLIC,
    Call,
    Limits,
    Principal,
    Probe,
    Route,
    StreamEvent,
    document_routes,
    health_routes,
    json_answer,
    mount,
    require_match,
    stream_answer,
)
from intake.http.sse import StreamLimits


class Told(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    count: Annotated[int, Field(ge=0, le=100)] = 1


class Filter(BaseModel):
    limit: Annotated[int, Field(ge=1, le=200)] = 50


SESSION = Principal("li", "李", "dispatcher", frozenset({"cases.dispatch"}), "tok", "session")


class Cookies:
    """Whoever sends the cookie `who=li` is Li; the bearer token `t` is a token of hers."""

    async def who(self, request: web.Request) -> Principal | None:
        if request.headers.get("Authorization") == "Bearer t":
            return Principal("li", "李", "dispatcher", frozenset({"cases.dispatch"}), None, "token")
        return SESSION if request.cookies.get("who") == "li" else None


class Numbers:
    """Events 1 to 3, then nothing more."""

    async def after(self, last_id: int) -> AsyncIterator[Sequence[StreamEvent]]:
        yield [StreamEvent(n, "case", {"号": n}) for n in (1, 2, 3) if n > last_id]
        await asyncio.Event().wait()


async def echo(call: Call) -> web.StreamResponse:
    told = call.body(Told)
    return json_answer({"text": told.text, "count": told.count, "who": call.principal.user if call.principal else None})


async def listed(call: Call) -> web.StreamResponse:
    return json_answer({"limit": call.query(Filter).limit})


async def breaks(_: Call) -> web.StreamResponse:
    raise RuntimeError("secret detail")


async def busy(_: Call) -> web.StreamResponse:
    raise Temporary("稍后再试。", "Try again.")


async def refused(_: Call) -> web.StreamResponse:
    raise NotAllowedNow("已结案。", "It is closed.")


async def change(call: Call) -> web.StreamResponse:
    require_match(call, 7)
    return json_answer({"id": call.path["id"]})


def routes(shutdown: asyncio.Event) -> tuple[Route, ...]:
    async def stream(call: Call) -> web.StreamResponse:
        return await stream_answer(call, Numbers(), shutdown, StreamLimits(keep_alive_seconds=0.05))

    return (
        Route("POST", "/api/v1/told", echo, PUBLIC, "tell", body=Told, answer=Told),
        Route("GET", "/api/v1/list", listed, PUBLIC, "list", query=Filter),
        Route("GET", "/api/v1/breaks", breaks, PUBLIC, "breaks"),
        Route("GET", "/api/v1/busy", busy, PUBLIC, "busy"),
        Route("GET", "/api/v1/refused", refused, PUBLIC, "refused", problems=(409,)),
        Route("POST", "/api/v1/cases/{id:[0-9]+}", change, "cases.dispatch", "change", problems=(412, 428)),
        Route("POST", "/api/v1/reveal", busy, "contacts.reveal", "reveal"),
        Route("GET", "/desk", breaks, PUBLIC, "page", page=True),
        Route("GET", "/stream", stream, PUBLIC, "events", media_type="text/event-stream"),
    )


async def fine() -> str | None:
    return None


async def away() -> str | None:
    raise Temporary("不在。", "Away.")


@pytest.fixture
async def site() -> AsyncIterator[tuple[ClientSession, asyncio.Event]]:
    app, shutdown = web.Application(), asyncio.Event()
    own = routes(shutdown)
    health = health_routes((Probe("store", fine), Probe("bus", away)), CollectorRegistry(), metrics_need=PUBLIC)
    mount(app, (*own, *health, *document_routes((*own, *health), "12319", "1")), Cookies(), Limits())
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as client:
        yield client, shutdown
        shutdown.set()


Site = tuple[ClientSession, asyncio.Event]


async def post(client: ClientSession, raw: bytes, **headers: str) -> tuple[int, dict[str, object]]:
    given = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    async with client.post("/api/v1/told", data=raw, headers=given) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_a_good_body_reaches_its_handler_as_its_model(site: Site) -> None:
    status, answer = await post(site[0], '{"text": "井盖"}'.encode())
    assert (status, answer) == (200, {"text": "井盖", "count": 1, "who": None})


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"text": "\\ud800"}', 422),
        (b'{"text": "\xff"}', 400),
        (b'{"text": NaN}', 400),
        (b'{"text": "a", "text": "b"}', 400),
        (b"[" * 100_000, 400),
        (b"[" * 500 + b"]" * 500, 400),
        (b'{"text": "a\\u0000b"}', 422),
        (b'{"text": "a\\u0007b"}', 422),
        (b'{"text": "a", "count": 1' + b"0" * 6000 + b"}", 400),
        (b'{"text": "a", "count": 1' + b"0" * 22 + b"}", 422),
        (b'{"text": "a", "count": 1e999}', 400),
        (b'{"text": "a", "count": 1e30}', 422),
        (b'{"text": "a", "count": true}', 422),
        (b'{"text": "a", "count": "1"}', 422),
        (b'{"text": ""}', 422),
        (b'{"text": "' + b"a" * 10_000 + b'"}', 422),
        (b'{"text": "a", "more": 1}', 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"x"', 422),
    ],
)
async def test_bad_json_is_a_clear_problem(site: Site, raw: bytes, status: int) -> None:
    given, answer = await post(site[0], raw)
    assert (given, answer["status"]) == (status, status)
    assert answer["detail"] == answer["detail_zh"]


async def test_a_body_beyond_the_limit_is_refused(site: Site) -> None:
    body = io.BytesIO(b'{"text": "' + b"a" * (2 * 1024 * 1024) + b'"}')
    async with site[0].post("/api/v1/told", data=body, headers={"Content-Type": "application/json"}) as answer:
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (413, "too-large")


async def test_faults_name_their_field_in_both_languages(site: Site) -> None:
    _, answer = await post(site[0], b'{"count": 101}', Accept_Language="en-GB,zh;q=0.5")
    assert answer["detail"] == answer["detail_en"] == "2 field(s) must be corrected: /text, /count."
    assert answer["faults"] == [
        {
            "pointer": "/text",
            "detail": "This is required.",
            "detail_zh": "必须填写。",
            "detail_en": "This is required.",
        },
        {
            "pointer": "/count",
            "detail": "This must be at most 100.",
            "detail_zh": "不得大于 100。",
            "detail_en": "This must be at most 100.",
        },
    ]


async def test_another_content_type_is_refused(site: Site) -> None:
    status, answer = await post(site[0], b'{"text": "a"}', Content_Type="text/plain")
    assert (status, answer["code"]) == (415, "unsupported-media-type")


async def test_broken_compression_is_malformed(site: Site) -> None:
    status, answer = await post(site[0], b"not gzip at all", Content_Encoding="gzip")
    assert (status, answer["status"]) == (400, 400)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nowhere", 404),
        ("DELETE", "/api/v1/list", 405),
        ("GET", "/api/v1/list?limit=0", 422),
        ("GET", "/api/v1/list?limit=1&limit=2", 422),
        ("GET", "/api/v1/list?limit=%ff", 400),
        ("GET", "/api/v1/list?limit=%zz", 400),
        ("GET", "/api/v1/list?limit=%00", 422),
        ("GET", "/api/v1/%ff", 400),
        ("GET", "/api/v1/busy", 503),
        ("GET", "/api/v1/refused", 409),
        ("GET", "/api/v1/breaks", 500),
    ],
)
async def test_every_failure_is_a_problem_document(site: Site, method: str, path: str, status: int) -> None:
    target = URL(str(site[0]._base_url).rstrip("/") + path, encoded=True)
    async with ClientSession() as client, client.request(method, target) as answer:
        assert (answer.status, answer.content_type) == (status, "application/problem+json")
        problem = await answer.json(content_type=None)
        assert problem["status"] == status
        assert "secret" not in json.dumps(problem)


async def test_bad_cookies_do_no_harm(site: Site) -> None:
    async with site[0].get("/api/v1/list", headers={"Cookie": 'a="\x80; ;;=; who=\\777'}) as answer:
        assert (answer.status, await answer.json()) == (200, {"limit": 50})


async def test_a_405_names_the_methods_that_are_known(site: Site) -> None:
    async with site[0].delete("/api/v1/list") as answer:
        assert answer.headers["Allow"] == "GET, HEAD"


async def test_a_page_that_fails_is_a_readable_page(site: Site) -> None:
    async with site[0].get("/desk", headers={"Accept-Language": "en"}) as answer:
        text = await answer.text()
        assert (answer.status, answer.content_type) == (500, "text/html")
        assert "<h1>500 Something broke</h1>" in text
    async with site[0].get("/nowhere?lang=en") as answer:
        assert (answer.status, answer.content_type) == (404, "text/html")


async def test_answers_carry_the_security_headers(site: Site) -> None:
    async with site[0].get("/api/v1/list") as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Cookie": "who=li"}, 403),
        ({"Cookie": "who=li", "X-CSRF-Token": "other"}, 403),
        ({"Cookie": "who=li", "X-CSRF-Token": "tok"}, 428),
        ({"Authorization": "Bearer t"}, 428),
        ({"Authorization": "Bearer t", "If-Match": '"6"'}, 412),
        ({"Authorization": "Bearer t", "If-Match": 'W/"7"'}, 412),
        ({"Authorization": "Bearer t", "If-Match": "7"}, 400),
        ({"Authorization": "Bearer t", "If-Match": '"6", "7"'}, 200),
    ],
)
async def test_a_change_needs_a_sign_in_its_csrf_token_and_the_version(
    site: Site, headers: dict[str, str], status: int
) -> None:
    async with site[0].post("/api/v1/cases/12", headers=headers) as answer:
        assert answer.status == status


async def test_a_missing_permission_is_named(site: Site) -> None:
    async with site[0].post("/api/v1/reveal", headers={"Authorization": "Bearer t"}) as answer:
        problem = await answer.json(content_type=None)
        assert (answer.status, problem["code"]) == (403, "forbidden")
        assert "contacts.reveal" in problem["detail"]


async def test_a_cookie_without_csrf_counts_for_nothing_on_a_public_route(site: Site) -> None:
    _, answer = await post(site[0], b'{"text": "a"}', Cookie="who=li")
    assert answer["who"] is None
    _, answer = await post(site[0], b'{"text": "a"}', Cookie="who=li", X_CSRF_Token="tok")
    assert answer["who"] == "li"


async def test_readiness_says_which_part_is_away(site: Site) -> None:
    async with site[0].get("/readyz") as answer:
        assert answer.status == 503
        assert await answer.json() == {
            "ready": False,
            "parts": [
                {"name": "store", "ready": True, "fault": None, "detail": None},
                {"name": "bus", "ready": False, "fault": "不在。 / Away.", "detail": None},
            ],
        }


async def test_a_stream_resumes_after_the_last_event_and_is_kept_alive(site: Site) -> None:
    client, shutdown = site
    async with client.get("/stream", headers={"Last-Event-ID": "1"}) as answer:
        seen = b""
        while b"still here" not in seen:
            seen += await answer.content.readany()
        shutdown.set()
        rest = await answer.content.read()
    events = (seen + rest).split(b"\n\n")
    assert [event.split(b"\n")[0] for event in events if event.startswith(b"id")] == [b"id: 2", b"id: 3"]
    assert 'data: {"号":2}'.encode() in seen


async def test_a_wrong_last_event_id_is_refused(site: Site) -> None:
    async with site[0].get("/stream", headers={"Last-Event-ID": "x"}) as answer:
        assert answer.status == 422


async def test_the_document_lists_every_route_and_the_docs_page_is_whole(site: Site) -> None:
    async with site[0].get("/openapi.json") as answer:
        document = await answer.json()
    assert document["openapi"] == "3.1.0"
    assert sorted(document["paths"]["/api/v1/cases/{id}"]["post"]["responses"]) == [
        "200", "400", "401", "403", "404", "412", "428", "503",
    ]  # fmt: skip
    assert "/desk" not in document["paths"]
    for path in ("/docs", "/docs/start.js", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"):
        async with site[0].get(path) as answer:
            assert answer.status == 200


async def test_a_whole_number_may_be_written_with_a_point(site: Site) -> None:
    status, answer = await post(site[0], b'{"text": "a", "count": 7.0}')
    assert (status, answer["count"]) == (200, 7)
