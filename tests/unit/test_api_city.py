"""What the API tells of the city, and the live feed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from case_api.spans import Explainer
from geocode import CityGeocoder, ServingGeocoder
from tests.fakes.api_site import ApiSite, running


@pytest.fixture
async def site() -> AsyncIterator[ApiSite]:
    async with running(ApiSite()) as ready:
        yield ready


async def test_the_catalogue_is_public_and_carries_its_conditions(site: ApiSite) -> None:
    status, answer, headers = await site.ask("GET", "/api/v1/catalogue", who="")
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=300")
    (entry,) = answer["items"]
    assert (entry["key"], entry["conditions"][0]["limit_unit"]) == ("部件0101", "紧急工作时")
    status, _, _ = await site.ask("GET", "/api/v1/catalogue", headers={"If-None-Match": headers["ETag"]}, who="")
    assert status == 304


async def test_divisions_are_public_and_units_are_not(site: ApiSite) -> None:
    _, divisions, _ = await site.ask("GET", "/api/v1/divisions", who="")
    assert [(one["code12"], one["place"]) for one in divisions["items"]] == [("350582001004", True)]
    _, units, headers = await site.ask("GET", "/api/v1/units")
    assert [one["code"] for one in units["items"]] == ["U1"]
    assert headers["Cache-Control"] == "private, max-age=300"
    assert (await site.ask("GET", "/api/v1/units", who=""))[0] == 401


async def test_place_words_are_located_with_the_keys_of_the_doors(site: ApiSite) -> None:
    status, answer, _ = await site.ask("GET", "/api/v1/geocode?q=在青新社区门口", who="")
    assert (status, answer) == (
        200,
        {
            "text": "在青新社区门口",
            "candidates": [
                {
                    "name": "青新社区",
                    "code12": "350582001004",
                    "lon": 118.57,
                    "lat": 24.81,
                    "datum": "cgcs2000",
                    "precision": "community",
                    "accuracy_metres": 400.0,
                    "cell": "350582001004001",
                    "confidence": 0.8,
                    "span": [1, 5],
                    "reasons": ["社区名称"],
                    "grid": "",
                }
            ],
            "question": None,
        },
    )


async def test_place_words_are_explained_down_to_the_span_of_text(site: ApiSite) -> None:
    status, told, _ = await site.ask("GET", "/api/v1/geocode/explain?q=在青新社区门口", who="")
    _, answer, _ = await site.ask("GET", "/api/v1/geocode?q=在青新社区门口", who="")
    spans = [{"start": 1, "end": 5, "role": "community", "words": "青新社区"}]
    assert (status, told) == (200, answer | {"steps": ["地名：青新社区"], "spans": spans})


def test_the_geocoder_of_a_city_and_the_one_that_serves_explain_themselves() -> None:
    assert (issubclass(CityGeocoder, Explainer), issubclass(ServingGeocoder, Explainer)) == (True, True)


async def test_a_point_has_an_address_within_the_county_only(site: ApiSite) -> None:
    _, inside, _ = await site.ask("GET", "/api/v1/geocode/reverse?lon=118.57&lat=24.81&datum=wgs84")
    _, outside, _ = await site.ask("GET", "/api/v1/geocode/reverse?lon=2.35&lat=48.85&datum=wgs84")
    assert (inside["candidate"]["name"], outside["candidate"]) == ("青新社区", None)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("geocode", "/query/q"),
        ("geocode?q=", "/query/q"),
        ("geocode?q=" + "路" * 201, "/query/q"),
        ("geocode?q=%00", "/query/q"),
        ("geocode/reverse?lon=118&lat=24", "/query/datum"),
        ("geocode/reverse?lon=118&lat=91&datum=wgs84", "/query/lat"),
        ("geocode/reverse?lon=inf&lat=24&datum=wgs84", "/query/lon"),
    ],
)
async def test_a_question_that_is_none_is_refused(site: ApiSite, query: str, pointer: str) -> None:
    status, answer, _ = await site.ask("GET", f"/api/v1/{query}")
    assert (status, [fault["pointer"] for fault in answer["faults"]]) == (422, [pointer])


async def test_the_feed_resumes_after_the_last_event(site: ApiSite) -> None:
    assert site.client is not None
    headers = {"Authorization": "Bearer li", "Last-Event-ID": "1"}
    async with site.client.get("/stream", headers=headers) as answer:
        assert answer.content_type == "text/event-stream"
        seen = b""
        while b"id: 3" not in seen:
            seen += await answer.content.readany()
        site.shutdown.set()
        seen += await answer.content.read()
    assert [line for line in seen.split(b"\n") if line.startswith(b"id: ")] == [b"id: 2", b"id: 3"]


@pytest.mark.parametrize("last", ["x", "-2", "1e9", "9" * 30])
async def test_a_last_event_that_is_none_is_refused(site: ApiSite, last: str) -> None:
    status, _, _ = await site.ask("GET", "/stream", headers={"Last-Event-ID": last})
    assert status == 422
