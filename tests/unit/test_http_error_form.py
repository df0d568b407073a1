"""Addresses whose standard wants errors in another form than RFC 9457."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import BaseModel, ConfigDict
from yarl import URL

from intake.errors import HubError, NotAllowedNow
from intake.http import PUBLIC, Call, ErrorForm, Language, Nobody, Route, json_answer, mount, openapi


class Fields(BaseModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, list[str]]
    text: str


class Told(BaseModel):
    words: str


def tell(request: web.Request, error: HubError, language: Language, status: int) -> web.Response:
    return web.Response(text=f"{status} {error.code}", status=418 if status == 422 else status)


FORM = ErrorForm(("/plain/", "/plainer."), tell, {422: 418}, {"text/plain": None, "application/json": Told})


async def refused(_: Call) -> web.StreamResponse:
    raise NotAllowedNow("不行。", "No.")


async def echo(call: Call) -> web.StreamResponse:
    form = call.form(Fields)
    return json_answer({"text": form.text, "more": form.model_extra})


ROUTES = (
    Route("GET", "/plain/no", refused, PUBLIC, "no", errors=FORM, also_media=("text/csv",), problems=(409,)),
    Route("POST", "/plain/form", echo, PUBLIC, "form", form=Fields, errors=FORM),
    Route("GET", "/other/no", refused, PUBLIC, "no"),
)


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    app = web.Application()
    mount(app, ROUTES, Nobody())
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as session:
        yield session


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/plain/no", (409, "409 not-allowed-now")),
        ("GET", "/plain/nothing", (404, "404 not-found")),
        ("GET", "/plainer.html", (404, "404 not-found")),
        ("POST", "/plain/no", (405, "405 refused")),
        ("GET", "/plain/%zz", (400, "400 malformed")),
        ("POST", "/plain/form", (415, "415 unsupported-media-type")),
    ],
)
async def test_every_error_below_the_prefix_is_told_so(
    client: ClientSession, method: str, path: str, told: tuple[int, str]
) -> None:
    async with client.request(method, URL(path, encoded=True)) as answer:
        assert (answer.status, await answer.text()) == told


async def test_a_status_of_the_hub_may_become_another(client: ClientSession) -> None:
    async with client.post("/plain/form", data={"other": "x"}) as answer:
        assert (answer.status, await answer.text()) == (418, "422 invalid")


async def test_other_addresses_keep_to_problem_documents(client: ClientSession) -> None:
    async with client.get("/other/no") as answer:
        assert (answer.status, answer.content_type) == (409, "application/problem+json")


async def test_a_form_that_allows_more_fields_gets_each_as_a_list(client: ClientSession) -> None:
    async with client.post("/plain/form", data=[("text", "a"), ("x[1]", "b"), ("x[1]", "c"), ("y", "")]) as answer:
        assert await answer.json() == {"text": "a", "more": {"x[1]": ["b", "c"], "y": [""]}}


def test_the_document_names_the_form_and_its_statuses() -> None:
    paths = openapi(ROUTES, "t", "1")["paths"]
    answers = paths["/plain/form"]["post"]["responses"]
    assert sorted(answers) == ["200", "400", "408", "413", "415", "418", "503"]
    assert list(answers["400"]["content"]) == ["text/plain", "application/json"]
    assert list(paths["/plain/no"]["get"]["responses"]["200"]["content"]) == ["application/json", "text/csv"]
    assert list(paths["/other/no"]["get"]["responses"]["400"]["content"]) == ["application/problem+json"]
