"""Merging over the API: versions, repeats, refusals; bursts of reports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest

from case_api.views import HotSpotView
from tests.fakes.api_site import ApiSite, running
from tests.fakes.case_services import REPORT_ID, FakeCases, case
from tests.fakes.clock import START

FIRST, SECOND = "26112400001", "26112400002"
OTHER_REPORT = "01kar3h5g0abcdefghjkmnpqrt"
MERGE = f"/api/v1/cases/{SECOND}/merge"


@pytest.fixture
async def site() -> AsyncIterator[ApiSite]:
    second = case(SECOND).model_copy(update={"report_ids": [OTHER_REPORT]})
    async with running(ApiSite(cases=FakeCases(case(FIRST), second))) as site:
        yield site


async def test_a_case_is_merged_and_told_apart_again_by_the_version_that_was_read(site: ApiSite) -> None:
    status, answer, headers = await site.ask("POST", MERGE, {"into": FIRST}, {"If-Match": '"1"'})
    assert (status, answer["state"], answer["merged_into"], headers["ETag"]) == (200, "merged", FIRST, '"2"')
    _, kept, _ = await site.ask("GET", f"/api/v1/cases/{FIRST}")
    assert (kept["report_ids"], kept["merged"]) == ([REPORT_ID, OTHER_REPORT], [SECOND])
    unmerge = f"/api/v1/cases/{SECOND}/unmerge"
    status, answer, _ = await site.ask("POST", unmerge, {}, {"If-Match": '"2"'})
    assert (status, answer["merged_into"], answer["report_ids"]) == (200, None, [OTHER_REPORT])


async def test_the_same_merge_again_gives_the_same_answer_whatever_the_version(site: ApiSite) -> None:
    first = await site.ask("POST", MERGE, {"into": FIRST}, {"If-Match": '"1"'})
    again = await site.ask("POST", MERGE, {"into": FIRST}, {"If-Match": '"1"'})
    assert again[:2] == first[:2]


@pytest.mark.parametrize(
    ("told", "headers", "status", "code"),
    [
        ({"into": FIRST}, {}, 428, "precondition-required"),
        ({"into": FIRST}, {"If-Match": '"9"'}, 412, "stale-version"),
        ({"into": SECOND}, {"If-Match": '"1"'}, 422, "invalid"),
        ({"into": "26112499999"}, {"If-Match": '"1"'}, 404, "not-found"),
        ({"into": "x'; --"}, {"If-Match": '"1"'}, 422, "invalid"),
        ({}, {"If-Match": '"1"'}, 422, "invalid"),
        ({"into": FIRST, "force": True}, {"If-Match": '"1"'}, 422, "invalid"),
    ],
)
async def test_a_merge_that_cannot_be_leaves_both_alone(
    site: ApiSite, told: object, headers: Mapping[str, str], status: int, code: str
) -> None:
    given, answer, _ = await site.ask("POST", MERGE, told, headers)
    assert (given, answer["code"]) == (status, code)
    assert [one.state for one in site.cases.cases.values()] == ["filed", "filed"]


async def test_a_report_leaves_a_case_and_opens_its_own(site: ApiSite) -> None:
    await site.ask("POST", MERGE, {"into": FIRST}, {"If-Match": '"1"'})
    detach = f"/api/v1/cases/{FIRST}/detach"
    status, answer, _ = await site.ask("POST", detach, {"report_id": OTHER_REPORT}, {"If-Match": '"2"'})
    assert (status, answer["number"], answer["report_ids"]) == (200, "26112400003", [OTHER_REPORT])
    status, answer, _ = await site.ask("POST", detach, {"report_id": REPORT_ID}, {"If-Match": '"3"'})
    assert (status, answer["code"]) == (409, "not-allowed-now")


async def test_bursts_are_listed(site: ApiSite) -> None:
    spot = HotSpotView(id=1, case_number=FIRST, address="青新社区", reports=12, cases=2, began_at=START, last_at=START)
    site.cases.hot_spots.append(spot)
    status, answer, _ = await site.ask("GET", "/api/v1/hotspots")
    assert (status, [HotSpotView.model_validate(one) for one in answer["items"]]) == (200, [spot])


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", MERGE), ("POST", f"/api/v1/cases/{SECOND}/unmerge"), ("GET", "/api/v1/hotspots")],
)
async def test_merging_needs_its_permission(site: ApiSite, method: str, path: str) -> None:
    assert (await site.ask(method, path, who="nobody"))[0] == 401
    assert (await site.ask(method, path, who="wang"))[0] == 403
