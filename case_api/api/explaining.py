"""How the words of a place were understood, down to the span of text behind each answer."""

from __future__ import annotations

import asyncio

from aiohttp import web

from case_api.api.candidates import candidate_view
from case_api.api.services import ApiServices
from case_api.api.shapes import GeocodeQuery, GeocodeView
from case_api.spans import Explained, Explainer
from case_api.views import SpanView
from intake.errors import NotFound
from intake.http import PUBLIC, Call, Route, json_answer


class ExplanationView(GeocodeView):
    """An answer with the steps to it, zh, and the spans of the text behind it."""

    steps: list[str]
    spans: list[SpanView]


def _explanation_view(explained: Explained) -> ExplanationView:
    answer = explained.answer
    return ExplanationView(
        text=answer.text,
        candidates=[candidate_view(one) for one in answer.candidates],
        question=answer.question,
        steps=list(explained.steps),
        spans=[SpanView(start=one.start, end=one.end, role=one.role, words=one.words) for one in explained.spans],
    )


def explain_route(services: ApiServices) -> Route:
    """`/api/v1/geocode/explain`."""

    async def explain(call: Call) -> web.StreamResponse:
        geocoder = services.geocoder
        if not isinstance(geocoder, Explainer):
            raise NotFound("这里的地名服务不作解释。", "The geocoder of this hub does not explain itself.")
        return json_answer(_explanation_view(await asyncio.to_thread(geocoder.explain, call.query(GeocodeQuery).q)))

    return Route(
        "GET",
        "/api/v1/geocode/explain",
        explain,
        PUBLIC,
        "地点是怎样看出来的 / how a place was understood",
        tag="地名 geocode",
        query=GeocodeQuery,
        answer=ExplanationView,
    )
