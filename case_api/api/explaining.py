"""How the words of a place were understood, down to the span of text behind each answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from aiohttp import web

from case_api.api.candidates import candidate_view
from case_api.api.services import ApiServices
from case_api.api.shapes import GeocodeQuery, GeocodeView
from case_api.views import View
from intake.errors import NotFound
from intake.http import PUBLIC, Call, Route, json_answer
from intake.model import PlaceAnswer


class ExplainedSpan(Protocol):
    """`[start, end)` of a text, what it was taken for, and that in words, zh."""

    @property
    def start(self) -> int:
        """Where it begins."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...

    @property
    def role(self) -> str:
        """town, community, road, landmark, crossing, number, relative, home, ..."""
        ...

    @property
    def words(self) -> str:
        """The same in words, zh."""
        ...


class Explained(Protocol):
    """An answer, the steps to it, and the spans of the text behind it."""

    @property
    def answer(self) -> PlaceAnswer:
        """The answer of `locate`."""
        ...

    @property
    def steps(self) -> Sequence[str]:
        """One line for each step, zh."""
        ...

    @property
    def spans(self) -> Sequence[ExplainedSpan]:
        """In the order of the text."""
        ...


@runtime_checkable
class Explainer(Protocol):
    """A geocoder that can say how it came to an answer."""

    def explain(self, text: str) -> Explained:
        """The answer on a text with the way to it. Never raises on any text."""
        ...


class SpanView(View):
    """`[start, end)` of the text, what it was taken for, and that in words, zh."""

    start: int
    end: int
    role: str
    words: str


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
