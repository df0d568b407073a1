"""What Open311 shows, in which form, and to whom how much of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from intake.ids import new_report_id
from intake.model import (
    Contact,
    Datum,
    Evidence,
    EvidenceKind,
    GivenPoint,
    Origin,
    Report,
    RequestCategory,
    RequestPlace,
    RequestUnit,
    ServiceRequest,
)
from tests.fakes.clock import START
from tests.fakes.open311_site import Open311Site, open311_site
from tests.fakes.service_request_reader import request_of

DAY = timedelta(days=1)
PHOTO = Evidence(EvidenceKind.PHOTO, "evidence:a", "a" * 64, "image/jpeg", 10)
WORDS = "井盖不见了，请打138****1234"


@pytest.fixture
async def site() -> AsyncIterator[Open311Site]:
    async with open311_site(Open311Site()) as opened:
        yield opened


def told(number: str, channel: str = "open311", *, days_ago: float = 0, confidential: bool = False) -> ServiceRequest:
    """A request that `app` sent, or somebody by another channel."""
    at = START - days_ago * DAY
    report_id = new_report_id(at)
    report = Report(
        id=report_id,
        origin=Origin(channel, f"app/{report_id}" if channel == "open311" else report_id, at),
        contact=Contact("13805951234", "张三", confidential),
        text="井盖不见了，请打13805951234",
        place_words="我家门口",
        point=GivenPoint(118.57, 24.81, Datum.WGS84),
        answers={"category": "部件0101"},
        evidence=(PHOTO,),
    )
    return request_of(report, number)


def filed(request: ServiceRequest) -> ServiceRequest:
    """The same with a case."""
    return dataclasses.replace(
        request,
        stage="filed",
        stage_name="已立案",
        stage_name_en="a case is open",
        changed_at=request.received_at + DAY,
        case_number="26112400001",
        category=RequestCategory("事件0102", "暴露垃圾", "Exposed refuse"),
        place=RequestPlace("青新社区", 118.5, 24.8, "350582001004001"),
        unit=RequestUnit("市环卫中心", "Sanitation", START + 2 * DAY),
    )


def shown(view: dict[str, Any], *names: str) -> list[Any]:
    return [view[name] for name in names]


async def test_services_are_listed_in_the_language_asked_for(site: Open311Site) -> None:
    status, services = await site.get("/services.json")
    assert (status, [one["service_code"] for one in services]) == (200, ["P0101", "P0118", "other"])
    assert services[0] == {
        "service_code": "P0101",
        "service_name": "Water cover",
        "description": "缺失；破损",
        "metadata": True,
        "type": "realtime",
        "keywords": "井盖,窨井",
        "group": "公用设施",
    }
    assert [one["metadata"] for one in services] == [True, False, True]
    _, root = await site.xml("GET", "/services.xml")
    assert [one.findtext("service_name") for one in root] == ["上水井盖", "路灯", "其他问题"]


async def test_a_service_is_defined_by_its_questions(site: Open311Site) -> None:
    status, definition = await site.get("/services/P0101.json")
    assert (status, definition["service_code"]) == (200, "P0101")
    assert [shown(one, "code", "datatype", "required", "order") for one in definition["attributes"]] == [
        ["condition", "singlevaluelist", False, 1],
        ["place_words", "string", False, 2],
        ["confidential", "singlevaluelist", False, 3],
    ]
    assert definition["attributes"][0]["values"] == [{"key": "1", "name": "missing"}, {"key": "2", "name": "broken"}]


async def test_a_service_is_found_by_the_key_of_its_category_too(site: Open311Site) -> None:
    assert (await site.get("/services/部件0101.json"))[1]["service_code"] == "P0101"


async def test_discovery_is_the_same_at_its_three_addresses(site: Open311Site) -> None:
    assert site.client is not None
    told = []
    for address in ("/discovery.xml", "/open311/discovery.xml", "/open311/v2/discovery.xml"):
        async with site.client.get(address) as answer:
            told.append((answer.status, answer.headers["Content-Type"], await answer.text()))
    assert [one[:2] for one in told] == [(200, "text/xml")] * 3
    assert len({one[2] for one in told}) == 1
    async with site.client.get("/discovery.json") as answer:
        document = await answer.json()
    assert [one["type"] for one in document["endpoints"]] == ["production", "test"]
    assert [one["formats"] for one in document["endpoints"]] == [["text/xml", "application/json"]] * 2


async def test_the_public_sees_the_words_of_what_came_by_open311(site: Open311Site) -> None:
    site.reader.requests = [told("1")]
    status, (one,) = await site.get("/requests/1.json")
    assert status == 200
    assert one == {
        "service_request_id": "1",
        "status": "open",
        "status_notes": "received",
        "service_name": "Water cover",
        "service_code": "P0101",
        "description": WORDS,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": "2026-11-24T09:00:00+08:00",
        "updated_datetime": "2026-11-24T09:00:00+08:00",
        "expected_datetime": None,
        "address": "我家门口",
        "address_id": None,
        "zipcode": None,
        "lat": 24.81,
        "long": 118.57,
        "media_url": None,
    }


async def test_of_other_channels_the_public_sees_the_category_alone(site: Open311Site) -> None:
    site.reader.requests = [told("1", "phone")]
    _, (one,) = await site.get("/requests.json")
    assert shown(one, "description", "address", "lat", "long", "media_url") == ["Water cover", None, None, None, None]


async def test_a_case_shows_where_the_problem_lies_and_whose_it_is(site: Open311Site) -> None:
    site.reader.requests = [filed(told("1", "phone"))]
    _, (one,) = await site.get("/requests.json")
    assert shown(one, "service_code", "service_name", "description") == ["E0102", "Exposed refuse", "Exposed refuse"]
    assert shown(one, "address", "address_id", "lat", "long") == ["青新社区", "350582001004001", 24.8, 118.5]
    assert shown(one, "agency_responsible", "expected_datetime", "updated_datetime") == [
        "Sanitation",
        "2026-11-26T09:00:00+08:00",
        "2026-11-25T09:00:00+08:00",
    ]


async def test_who_may_read_reports_sees_words_and_photos(site: Open311Site) -> None:
    site.reader.requests = [told("1", "phone")]
    _, (one,) = await site.get("/requests/1.json?api_key=staff")
    assert shown(one, "description", "address") == [WORDS, "我家门口"]
    assert one["media_url"].endswith(f"/api/v1/evidence/{'a' * 64}")


@pytest.mark.parametrize(("who", "status"), [("", 404), ("?api_key=other-app", 404), ("?api_key=app", 200)])
async def test_a_confidential_request_is_shown_to_its_sender_alone(site: Open311Site, who: str, status: int) -> None:
    site.reader.requests = [told("1", confidential=True)]
    assert (await site.get(f"/requests/1.json{who}"))[0] == status
    listed = await site.get(f"/requests.json{who or '?'}&service_request_id=1")
    assert (listed[0], len(listed[1])) == (200, 1 if status == 200 else 0)


async def test_a_confidential_request_is_in_no_list_whoever_asks(site: Open311Site) -> None:
    site.reader.requests = [told("1", confidential=True), told("2")]
    for who in ("", "?api_key=app", "?api_key=staff"):
        assert [one["service_request_id"] for one in (await site.get(f"/requests.json{who}"))[1]] == ["2"]
    assert (await site.get("/requests/1.json?api_key=staff"))[0] == 200


async def test_numbers_override_every_other_filter(site: Open311Site) -> None:
    site.reader.requests = [told("1", days_ago=200), told("2"), told("3")]
    _, found = await site.get("/requests.json?service_request_id=1,3,nobody&status=closed&service_code=P0118")
    assert sorted(one["service_request_id"] for one in found) == ["1", "3"]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", ["new"]),
        ("start_date=&end_date=&status=&service_code=", ["new"]),
        ("status=open,closed", ["new"]),
        ("status=open&status=closed", ["new"]),
        ("status=closed", []),
        ("service_code=P0101", ["new"]),
        ("service_code=P0118,P0101", ["new"]),
        ("service_code=P0118", []),
        ("service_code=P9999", []),
        ("end_date=2026-08-20T00:00:00Z", ["old"]),
        ("start_date=2026-07-01&end_date=2026-08-30", ["old"]),
        ("start_date=2026-07-01", ["old"]),
        ("jurisdiction_id=350582&page=1&anything=x", ["new"]),
    ],
)
async def test_a_list_is_filtered(site: Open311Site, query: str, numbers: list[str]) -> None:
    site.reader.requests = [told("old", days_ago=100), told("new", days_ago=1)]
    status, found = await site.get(f"/requests.json?{query}")
    assert (status, [one["service_request_id"] for one in found]) == (200, numbers)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/requests.json?status=done", 400),
        ("/requests.json?start_date=yesterday", 400),
        ("/requests.json?start_date=2026-01-01&end_date=2026-11-01", 400),
        ("/requests.json?start_date=2026-11-02&end_date=2026-11-01", 400),
        ("/requests.json?jurisdiction_id=city.gov", 404),
        ("/requests.json?api_key=wrong", 403),
        ("/requests/nobody.json", 404),
        ("/requests/nobody/updates.json", 404),
        ("/requests/nobody/history.json", 404),
        ("/services/nothing.json", 404),
        ("/tokens/nobody.json", 404),
        ("/nothing.json", 404),
    ],
)
async def test_errors_are_a_list_of_codes_and_descriptions(site: Open311Site, path: str, status: int) -> None:
    answered, errors = await site.get(path)
    assert (answered, [(one["code"], bool(one["description"])) for one in errors]) == (status, [(status, True)])
    answered, root = await site.xml("GET", path.replace(".json", ".xml"))
    assert (answered, root.tag, root.findtext("error/code")) == (status, "errors", str(status))


async def test_a_token_leads_to_the_number(site: Open311Site) -> None:
    request = told("1")
    site.reader.requests = [request]
    expected = [{"service_request_id": "1", "token": request.report_id}]
    assert await site.get(f"/tokens/{request.report_id}.json") == (200, expected)


async def test_updates_and_history_tell_what_happened(site: Open311Site) -> None:
    site.reader.requests = [told("1")]
    at = "2026-11-24T09:00:00+08:00"
    update = {"update_id": "1-1", "service_request_id": "1", "status": "open", "updated_datetime": at}
    assert await site.get("/requests/1/updates.json") == (200, [{**update, "description": "received"}])
    step = {"stage": "received", "name": "received", "datetime": at, "agency_responsible": None}
    assert await site.get("/requests/1/history.json") == (200, [step])


async def test_the_sender_may_chase_up_and_the_report_names_the_request(site: Open311Site) -> None:
    site.reader.requests = [filed(told("1"))]
    fields = {"api_key": "app", "description": "怎么还没修"}
    status, (update,) = await site.send(fields, "/requests/1/updates.json")
    assert (status, shown(update, "service_request_id", "description")) == (200, ["1", "怎么还没修"])
    (report,) = site.store.reports
    assert (report.text, report.place_words) == ("催办诉求1：怎么还没修", "青新社区")
    assert report.point == GivenPoint(118.5, 24.8, Datum.CGCS2000)
    assert json.loads(site.store.raw[0]) == {"service_request_id": "1", "description": "怎么还没修"}
    assert report.answers == {"update_of": "1", "case_number": "26112400001", "category": "事件0102"}


@pytest.mark.parametrize(
    ("key", "words", "status"), [("", "x", 403), ("other-app", "x", 403), ("app", "", 400), ("staff", "x", 200)]
)
async def test_an_update_needs_words_and_somebody_who_may(site: Open311Site, key: str, words: str, status: int) -> None:
    site.reader.requests = [told("1")]
    answered, _ = await site.send({"api_key": key, "description": words}, "/requests/1/updates.json")
    assert (answered, len(site.store.reports)) == (status, int(status == 200))
