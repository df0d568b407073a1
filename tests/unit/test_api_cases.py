"""Cases over the API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest

from tests.fakes.api_site import ApiSite, running
from tests.fakes.case_services import CASE_NUMBER, FakeCases, case

ONE = f"/api/v1/cases/{CASE_NUMBER}"


@pytest.fixture
async def site() -> AsyncIterator[ApiSite]:
    cases = FakeCases(case(), case("26112400002", "路灯不亮", lon=118.60), case("26112400003", "垃圾堆积", lon=118.90))
    async with running(ApiSite(cases=cases)) as ready:
        yield ready


async def test_a_case_is_shown_as_the_doors_promise(site: ApiSite) -> None:
    status, answer, _ = await site.ask("GET", ONE)
    assert status == 200
    shown = {key: answer[key] for key in ("number", "state", "text", "urgency", "due_at", "opened_at", "unit")}
    assert shown == {
        "number": CASE_NUMBER,
        "state": "filed",
        "text": "青新社区门口井盖不见了",
        "urgency": "urgent",
        "due_at": "2026-11-24T11:00:00+08:00",
        "opened_at": "2026-11-24T09:00:00+08:00",
        "unit": {"code": "U1", "name": "市自来水公司"},
    }


async def test_pages_follow_one_another_to_the_end(site: ApiSite) -> None:
    numbers: list[str] = []
    cursor = ""
    while True:
        _, page, _ = await site.ask("GET", f"/api/v1/cases?limit=2{cursor}")
        numbers += [one["number"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert numbers == ["26112400001", "26112400002", "26112400003"]


async def test_the_filter_reaches_the_reader_without_the_paging(site: ApiSite) -> None:
    _, page, _ = await site.ask("GET", "/api/v1/cases?q=路灯&street=350582001&limit=5")
    assert [one["number"] for one in page["items"]] == ["26112400002"]
    (asked,) = site.cases.asked
    assert asked.model_dump(exclude_none=True) == {"q": "路灯", "street": "350582001"}


async def test_a_known_version_is_not_sent_again(site: ApiSite) -> None:
    _, _, headers = await site.ask("GET", ONE)
    assert headers["ETag"] == '"1"'
    status, answer, headers = await site.ask("GET", ONE, headers={"If-None-Match": '"1"'})
    assert (status, answer, headers["ETag"]) == (304, None, '"1"')
    status, _, _ = await site.ask("GET", ONE, headers={"If-None-Match": '"2"'})
    assert status == 200


async def test_history_and_counts_are_lists_of_items(site: ApiSite) -> None:
    _, history, _ = await site.ask("GET", f"{ONE}/history")
    assert [(event["kind"], event["at"]) for event in history["items"]] == [("opened", "2026-11-24T09:00:00+08:00")]
    _, counts, _ = await site.ask("GET", "/api/v1/cases/counts")
    assert [(row["street9"], row["count"]) for row in counts["items"]] == [("350582001", 3)]


async def test_the_map_shows_the_cases_of_its_box(site: ApiSite) -> None:
    status, answer, headers = await site.ask("GET", "/api/v1/cases.geojson?bbox=118.5,24.7,118.7,24.9")
    assert (status, headers["Content-Type"]) == (200, "application/geo+json")
    assert (answer["type"], answer["truncated"]) == ("FeatureCollection", False)
    assert [(one["id"], one["geometry"]["coordinates"]) for one in answer["features"]] == [
        ("26112400001", [118.57, 24.81]),
        ("26112400002", [118.6, 24.81]),
    ]


async def test_the_map_says_when_it_shows_too_few() -> None:
    cases = FakeCases(*(case(f"261124{n:05}") for n in range(1, 2003)))
    async with running(ApiSite(cases=cases)) as site:
        _, answer, _ = await site.ask("GET", "/api/v1/cases.geojson?bbox=118,24,119,25")
    assert (len(answer["features"]), answer["truncated"]) == (2000, True)


@pytest.mark.parametrize(
    "box", ["", "1,2,3", "119,24,118,25", "118,25,119,24", "118,24,181,25", "a,b,c,d", "1,2,3,nan"]
)
async def test_a_box_that_is_none_is_refused(site: ApiSite, box: str) -> None:
    status, answer, _ = await site.ask("GET", f"/api/v1/cases.geojson?bbox={box}")
    assert (status, [fault["pointer"] for fault in answer["faults"]]) == (422, ["/query/bbox"])


async def test_dispatch_moves_the_case_and_its_version(site: ApiSite) -> None:
    status, answer, headers = await site.ask("POST", f"{ONE}/dispatch", {"unit_code": "U2"}, {"If-Match": '"1"'})
    assert (status, answer["state"], answer["unit"]["code"], headers["ETag"]) == (200, "dispatched", "U2", '"2"')


@pytest.mark.parametrize(
    ("told", "headers", "status", "code"),
    [
        ({}, {}, 428, "precondition-required"),
        ({}, {"If-Match": '"9"'}, 412, "stale-version"),
        ({}, {"If-Match": "1"}, 400, "malformed"),
        ({"unit_code": "U'; DROP TABLE unit"}, {"If-Match": '"1"'}, 422, "invalid"),
        ({"note": "字" * 501}, {"If-Match": '"1"'}, 422, "invalid"),
        ({"note": "\u0007"}, {"If-Match": '"1"'}, 422, "invalid"),
    ],
)
async def test_a_dispatch_that_cannot_be_leaves_the_case_alone(
    site: ApiSite, told: object, headers: Mapping[str, str], status: int, code: str
) -> None:
    given, answer, _ = await site.ask("POST", f"{ONE}/dispatch", told, headers)
    assert (given, answer["code"]) == (status, code)
    assert site.cases.cases[CASE_NUMBER] == case()


async def test_a_dispatched_case_is_not_dispatched_again(site: ApiSite) -> None:
    await site.ask("POST", f"{ONE}/dispatch", {}, {"If-Match": '"1"'})
    status, answer, _ = await site.ask("POST", f"{ONE}/dispatch", {}, {"If-Match": '"2"'})
    assert (status, answer["code"]) == (409, "not-allowed-now")


@pytest.mark.parametrize("number", ["26112499999", "1", "26112400001%27--", "..%2f..%2fetc", "２６１１２４０００１１"])
async def test_an_unknown_number_is_not_found(site: ApiSite, number: str) -> None:
    for path in (f"/api/v1/cases/{number}", f"/api/v1/cases/{number}/history"):
        status, answer, _ = await site.ask("GET", path)
        assert (status, answer["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/cases"),
        ("GET", "/api/v1/cases/counts"),
        ("GET", "/api/v1/cases.geojson?bbox=118,24,119,25"),
        ("GET", ONE),
        ("GET", f"{ONE}/history"),
        ("POST", f"{ONE}/dispatch"),
        ("GET", "/api/v1/reports"),
        ("GET", "/api/v1/desk"),
        ("GET", "/api/v1/units"),
        ("GET", "/stream"),
    ],
)
async def test_staff_routes_need_their_permission(site: ApiSite, method: str, path: str) -> None:
    assert (await site.ask(method, path, who="nobody"))[0] == 401
    assert (await site.ask(method, path, who="wang"))[0] == 403


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "cursor=forged", "street=1", "colour=red", "q=%07", "limit=x"]
)
async def test_a_query_that_is_none_is_refused(site: ApiSite, query: str) -> None:
    status, answer, _ = await site.ask("GET", f"/api/v1/cases?{query}")
    name = query.partition("=")[0]
    assert (status, [fault["pointer"] for fault in answer["faults"]]) == (422, [f"/query/{name}"])
