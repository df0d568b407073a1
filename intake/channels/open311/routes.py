"""The addresses of GeoReport v2, once for each endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from aiohttp import web
from pydantic import BaseModel

from intake.channels.open311.answers import ERRORS, answer
from intake.channels.open311.endpoint import Endpoint
from intake.channels.open311.filing import file_request
from intake.channels.open311.shapes import (
    Asked,
    DefinitionView,
    FiledListView,
    FiledView,
    FilingForm,
    FilingHeaders,
    HistoryView,
    PromiseView,
    RequestListView,
    RequestQuery,
    ServiceListView,
    TokenListView,
    TokenView,
    UpdateForm,
    UpdateListView,
    UpdateView,
)
from intake.channels.open311.updates import file_update
from intake.channels.open311.views import (
    definition_view,
    is_visible,
    request_view,
    seconds,
    service_view,
    step_view,
    update_view,
)
from intake.channels.open311.window import window
from intake.errors import FieldFault, Invalid, NotFound
from intake.http import PUBLIC, Call, Principal, Route
from intake.model import RequestFilter, ServiceRequest

_FORMAT = ".{format:(?:xml|json)}"
_CODE = "{code:[^/\\x00-\\x1f\\x7f]+}"
_ID = "{id:[0-9A-Za-z]{1,40}}"
Handler = Callable[[Endpoint, Call], Awaitable[web.StreamResponse]]


async def services(endpoint: Endpoint, call: Call) -> web.StreamResponse:
    """GET services."""
    await _admit(endpoint, call, Asked)
    return answer(call, "services", _plain([service_view(one, call) for one in endpoint.services.all]))


async def definition(endpoint: Endpoint, call: Call) -> web.StreamResponse:
    """GET services/CODE."""
    await _admit(endpoint, call, Asked)
    found = endpoint.services.find(call.path["code"])
    if found is None:
        raise NotFound("没有这个 service_code。", "The service_code provided was not found.")
    return answer(call, "service_definition", definition_view(found, call).model_dump())


async def file(endpoint: Endpoint, call: Call) -> web.StreamResponse:
    """POST requests."""
    filed = await file_request(call, endpoint)
    form, receipt = call.form(FilingForm), filed.receipt
    notice = call.say(
        f"已收到，受理号 {receipt.tracking_number}。{filed.zh}",
        f"Received under the number {receipt.tracking_number}. {filed.en}".strip(),
    )
    if (form.token or "").lower() in ("1", "true", "yes"):
        promise = PromiseView(token=receipt.report_id, service_notice=notice, account_id=form.account_id)
        return answer(call, "service_requests", _plain([promise]))
    view = FiledView(service_request_id=receipt.tracking_number, service_notice=notice, account_id=form.account_id)
    return answer(call, "service_requests", _plain([view]))


async def token(endpoint: Endpoint, call: Call) -> web.StreamResponse:
    """GET tokens/TOKEN."""
    await _admit(endpoint, call, Asked)
    found = await endpoint.reader.by_report(call.path["id"])
    if found is None:
        raise NotFound("没有这个 token。", "The token provided was not found.")
    view = TokenView(service_request_id=found.number, token=call.path["id"])
    return answer(call, "service_requests", _plain([view]))


async def listed(endpoint: Endpoint, call: Call) -> web.StreamResponse:
    """GET requests."""
    asker = await _admit(endpoint, call, RequestQuery)
    query = call.query(RequestQuery)
    numbers = _each(query.service_request_id)
    if numbers:
        found = [one for one in await endpoint.reader.by_numbers(numbers) if is_visible(one, asker)]
    else:
        where = _filter(endpoint, query)
        found = list(await endpoint.reader.within(where)) if where else []
    return answer(call, "service_requests", _plain([request_view(one, endpoint, call, asker) for one in found]))


async def single(endpoint: Endpoint, call: Call) -> web.StreamResponse:
    """GET requests/ID."""
    asker = await _admit(endpoint, call, Asked)
    view = request_view(await _found(endpoint, call, asker), endpoint, call, asker)
    return answer(call, "service_requests", _plain([view]))


async def updates(endpoint: Endpoint, call: Call) -> web.StreamResponse:
    """GET requests/ID/updates."""
    request = await _found(endpoint, call, await _admit(endpoint, call, Asked))
    steps = await endpoint.reader.steps(request.number)
    views = [update_view(request, number, one, call) for number, one in enumerate(steps, 1)]
    return answer(call, "service_request_updates", _plain(views))


async def history(endpoint: Endpoint, call: Call) -> web.StreamResponse:
    """GET requests/ID/history."""
    request = await _found(endpoint, call, await _admit(endpoint, call, Asked))
    steps = await endpoint.reader.steps(request.number)
    return answer(call, "request_history", _plain([step_view(request, one, call) for one in steps]))


async def add_update(endpoint: Endpoint, call: Call) -> web.StreamResponse:
    """POST requests/ID/updates."""
    form = call.form(UpdateForm)
    sender = await endpoint.admit_sender(call, form)
    request = await _found(endpoint, call, sender)
    receipt = await file_update(call, endpoint, request, sender)
    view = UpdateView(
        update_id=receipt.tracking_number,
        service_request_id=request.number,
        status="open" if request.open else "closed",
        updated_datetime=seconds(receipt.received_at),
        description=form.description or "",
    )
    return answer(call, "service_request_updates", _plain([view]))


def routes(endpoint: Endpoint) -> tuple[Route, ...]:
    """Every address below the endpoint's prefix."""
    one = f"/requests/{_ID}"

    def get(path: str, handler: Handler, summary: str, shown: type[BaseModel], query: type[BaseModel] = Asked) -> Route:
        return Route(
            "GET",
            f"{endpoint.prefix}{path}{_FORMAT}",
            partial(handler, endpoint),
            PUBLIC,
            summary,
            tag="Open311",
            query=query,
            answer=shown,
            also_media=("text/xml",),
            errors=ERRORS,
            problems=(403, 404),
        )

    def post(path: str, handler: Handler, summary: str, shown: type[BaseModel], form: type[BaseModel]) -> Route:
        return Route(
            "POST",
            f"{endpoint.prefix}{path}{_FORMAT}",
            partial(handler, endpoint),
            PUBLIC,
            summary,
            tag="Open311",
            query=Asked,
            form=form,
            headers=FilingHeaders,
            answer=shown,
            also_media=("text/xml",),
            errors=ERRORS,
            problems=(403, 404, 422, 429),
        )

    return (
        get("/services", services, "可受理的类别 / the services", ServiceListView),
        get(
            f"/services/{_CODE}",
            definition,
            "类别的附加问题 / the questions of one",
            DefinitionView,
        ),
        get("/requests", listed, "诉求列表，最多 90 天 / requests, 90 days at most", RequestListView, RequestQuery),
        post("/requests", file, "提交诉求 / file a request", FiledListView, FilingForm),
        get(one, single, "一件诉求 / one request", RequestListView),
        get(f"{one}/updates", updates, "诉求的进展 / its updates", UpdateListView),
        post(f"{one}/updates", add_update, "催办或补充 / chase up, or add a comment", UpdateListView, UpdateForm),
        get(f"{one}/history", history, "诉求的各个阶段 / its stages", HistoryView),
        get(f"/tokens/{_ID}", token, "由 token 查编号 / the id of a token", TokenListView),
    )


async def _admit(endpoint: Endpoint, call: Call, kind: type[Asked]) -> Principal | None:
    asked = call.query(kind)
    return await endpoint.admit(call, asked.api_key, asked.jurisdiction_id)


async def _found(endpoint: Endpoint, call: Call, asker: Principal | None) -> ServiceRequest:
    found = [one for one in await endpoint.reader.by_numbers([call.path["id"]]) if is_visible(one, asker)]
    if not found:
        raise NotFound("没有这件诉求。", "The service_request_id provided was not found.")
    return found[0]


def _filter(endpoint: Endpoint, query: RequestQuery) -> RequestFilter | None:
    """What the query asks for; None when nothing can match."""
    since, until = window(query.start_date, query.end_date, endpoint.clock.now())
    codes = _each(query.service_code)
    known = [one for one in map(endpoint.services.find, codes) if one is not None]
    if codes and not known:
        return None
    return RequestFilter(since, until, frozenset(one.category_key for one in known), _status(query.status))


def _status(words: Sequence[str]) -> bool | None:
    chosen = {one.lower() for one in _each(words)}
    if chosen - {"open", "closed"}:
        zh, en = "status 只能是 open 或 closed。", "status is open or closed."
        raise Invalid(zh, en, (FieldFault("/status", zh, en),))
    return chosen == {"open"} if len(chosen) == 1 else None


def _each(words: Sequence[str]) -> list[str]:
    return [one.strip() for part in words for one in part.split(",") if one.strip()]


def _plain(views: Sequence[BaseModel]) -> list[dict[str, object]]:
    return [one.model_dump(by_alias=True) for one in views]
