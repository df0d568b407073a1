"""Cases on the map, as GeoJSON."""

from __future__ import annotations

from aiohttp import web

from case_api.api.services import ApiServices
from case_api.api.shapes import BoxQuery, CaseCollection, CaseFeature, CaseProperties, PointGeometry
from case_api.views import CaseView
from intake.errors import FieldFault, Invalid
from intake.http import Call, Route, json_answer, local

_LIMIT = 2000


def parse_box(words: str) -> tuple[float, float, float, float]:
    """`west,south,east,north`. Raises Invalid for a box that is none."""
    west, south, east, north = (float(part) for part in words.split(","))
    if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        return west, south, east, north
    zh, en = "bbox 须为 西,南,东,北（度）。", "bbox is west,south,east,north in degrees."
    raise Invalid(zh, en, (FieldFault("/query/bbox", zh, en),))


def feature(view: CaseView) -> CaseFeature:
    """A case as GeoJSON."""
    return CaseFeature(
        id=view.number,
        geometry=PointGeometry(coordinates=(view.location.lon, view.location.lat)),
        properties=CaseProperties(
            number=view.number,
            state=view.state,
            state_name=view.state_name,
            state_name_en=view.state_name_en,
            category_key=view.category.key,
            category_name=view.category.name,
            category_name_en=view.category.name_en,
            urgency=view.urgency,
            address=view.location.address,
            unit_name=view.unit.name,
            due_at=local(view.due_at),
            report_count=view.report_count,
        ),
    )


def routes(services: ApiServices) -> tuple[Route, ...]:
    """`/api/v1/cases.geojson`."""

    async def geojson(call: Call) -> web.StreamResponse:
        west, south, east, north = parse_box(call.query(BoxQuery).bbox)
        found = await services.case_map.in_box(west, south, east, north, _LIMIT + 1)
        features = [feature(view) for view in found[:_LIMIT]]
        collection = CaseCollection(features=features, truncated=len(found) > _LIMIT)
        return json_answer(collection, media_type="application/geo+json")

    return (
        Route(
            "GET",
            "/api/v1/cases.geojson",
            geojson,
            "cases.read",
            "地图范围内的案卷 / open cases in a view box",
            tag="案卷 cases",
            query=BoxQuery,
            answer=CaseCollection,
            media_type="application/geo+json",
        ),
    )
