"""Place words to places, and back."""

from __future__ import annotations

import asyncio

from aiohttp import web

from case_api.api.candidates import candidate_view
from case_api.api.explaining import explain_route
from case_api.api.services import ApiServices
from case_api.api.shapes import GeocodeQuery, GeocodeView, ReverseQuery, ReverseView
from intake.http import PUBLIC, Call, Route, json_answer
from intake.model import GivenPoint

_TAG = "地名 geocode"


def routes(services: ApiServices) -> tuple[Route, ...]:
    """`/api/v1/geocode`, `/api/v1/geocode/explain` and `/api/v1/geocode/reverse`."""

    async def locate(call: Call) -> web.StreamResponse:
        answer = await asyncio.to_thread(services.geocoder.locate, call.query(GeocodeQuery).q)
        candidates = [candidate_view(one) for one in answer.candidates]
        return json_answer(GeocodeView(text=answer.text, candidates=candidates, question=answer.question))

    async def reverse(call: Call) -> web.StreamResponse:
        query = call.query(ReverseQuery)
        point = GivenPoint(query.lon, query.lat, query.datum)
        found = await asyncio.to_thread(services.geocoder.reverse, point)
        suspected = None if found else services.geocoder.suspect_datum(point)
        return json_answer(
            ReverseView(
                lon=query.lon,
                lat=query.lat,
                datum=str(query.datum),
                candidate=candidate_view(found) if found else None,
                suspected_datum=str(suspected) if suspected else None,
            )
        )

    return (
        Route(
            "GET",
            "/api/v1/geocode",
            locate,
            PUBLIC,
            "地点文字转位置 / where words mean",
            tag=_TAG,
            query=GeocodeQuery,
            answer=GeocodeView,
        ),
        explain_route(services),
        Route(
            "GET",
            "/api/v1/geocode/reverse",
            reverse,
            PUBLIC,
            "坐标转地址 / the address of a point",
            tag=_TAG,
            query=ReverseQuery,
            answer=ReverseView,
        ),
    )
