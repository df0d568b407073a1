"""Reports, their evidence, their tracking and the desk over the API."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from intake.http import Proxies
from intake.model import Correction, EvidenceKind
from tests.fakes.api_site import ApiSite, running
from tests.fakes.case_services import REPORT_ID, SECRET, FakeDesk, FakeReports, report
from tests.fakes.clock import START

ONE = f"/api/v1/reports/{REPORT_ID}"
OTHER_ID = "01kar3h5g0abcdefghjkmnpqrt"
TRACK = "/api/v1/tracking/261124000018"


@pytest.fixture
async def site() -> AsyncIterator[ApiSite]:
    reports = FakeReports(report(), report(OTHER_ID, "路灯不亮"))
    async with running(ApiSite(reports=reports, desk=FakeDesk(report()))) as ready:
        yield ready


async def test_reports_are_listed_newest_first(site: ApiSite) -> None:
    _, first, _ = await site.ask("GET", "/api/v1/reports?limit=1&status=settled")
    _, second, _ = await site.ask("GET", f"/api/v1/reports?limit=1&status=settled&cursor={first['next_cursor']}")
    assert [one["id"] for one in first["items"] + second["items"]] == [OTHER_ID, REPORT_ID]
    assert second["next_cursor"] is None


async def test_a_report_shows_its_number_masked(site: ApiSite) -> None:
    status, answer, _ = await site.ask("GET", ONE)
    assert (status, answer["contact_masked"], answer["received_at"]) == (
        200,
        "138****5678",
        "2026-11-24T09:00:00+08:00",
    )


async def test_a_trace_tells_the_steps(site: ApiSite) -> None:
    status, answer, _ = await site.ask("GET", f"{ONE}/trace")
    assert (status, [step["step"] for step in answer["steps"]]) == (200, ["clean"])


@pytest.mark.parametrize("report_id", ["x", REPORT_ID.upper(), REPORT_ID[:-1] + "0", REPORT_ID + "0", "' OR 1=1 --"])
async def test_an_unknown_report_is_not_found(site: ApiSite, report_id: str) -> None:
    status, answer, _ = await site.ask("GET", f"/api/v1/reports/{report_id}")
    assert (status, answer["code"]) == (404, "not-found")


async def test_an_unknown_status_is_refused(site: ApiSite) -> None:
    status, answer, _ = await site.ask("GET", "/api/v1/reports?status=gone")
    assert (status, [fault["pointer"] for fault in answer["faults"]]) == (422, ["/query/status"])


async def test_a_parked_report_is_replayed_with_corrections_signed_by_their_author(site: ApiSite) -> None:
    site.store.parked[REPORT_ID] = "读不懂"
    told = {
        "corrections": [
            {"field": "text", "value": "青新社区门口井盖丢失"},
            {"field": "category", "value": "部件0101"},
            {"field": "point", "value": "118.57,24.81,gcj02"},
        ]
    }
    status, answer, _ = await site.ask("POST", f"{ONE}/replay", told)
    assert (status, answer["id"]) == (200, REPORT_ID)
    assert site.store.parked == {}
    assert site.store.corrections[REPORT_ID] == [
        Correction("text", "青新社区门口井盖丢失", "li", START),
        Correction("category", "部件0101", "li", START),
        Correction("point", "118.57,24.81,gcj02", "li", START),
    ]


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("text", "", "/corrections/0/value"),
        ("text", " \n ", "/corrections/0/value"),
        ("text", "井" * 2001, "/corrections/0/value"),
        ("text", "井\u0000", "/corrections/0/value"),
        ("place_words", "路" * 201, "/corrections/0/value"),
        ("category", "部件9999", "/corrections/0/value"),
        ("point", "118.57,24.81", "/corrections/0/value"),
        ("point", "118.57,24.81,mars", "/corrections/0/value"),
        ("point", "500,24.81,wgs84", "/corrections/0/value"),
        ("point", "nan,24.81,wgs84", "/corrections/0/value"),
        ("phone", "13812345678", "/corrections/0/field"),
    ],
)
async def test_a_bad_correction_leaves_the_report_parked(site: ApiSite, field: str, value: str, pointer: str) -> None:
    site.store.parked[REPORT_ID] = "读不懂"
    status, answer, _ = await site.ask("POST", f"{ONE}/replay", {"corrections": [{"field": field, "value": value}]})
    assert (status, [fault["pointer"] for fault in answer["faults"]]) == (422, [pointer])
    assert (site.store.parked, site.store.corrections) == ({REPORT_ID: "读不懂"}, {})


async def test_only_a_parked_report_is_replayed(site: ApiSite) -> None:
    status, answer, _ = await site.ask("POST", f"{ONE}/replay", {"corrections": []})
    assert (status, answer["code"]) == (404, "not-found")


async def test_evidence_is_sent_as_what_it_is_and_to_nobody_else(site: ApiSite) -> None:
    kept = await site.evidence.put(EvidenceKind.PHOTO, b"\xff\xd8 picture", "image/jpeg")
    assert site.client is not None
    path = f"/api/v1/evidence/{kept.sha256}"
    async with site.client.get(path, headers={"Authorization": "Bearer li"}) as answer:
        assert (answer.status, await answer.read()) == (200, b"\xff\xd8 picture")
        shown = {name: answer.headers[name] for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control")}
        assert shown == {
            "Content-Type": "image/jpeg",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=3600",
        }
        known = {"Authorization": "Bearer li", "If-None-Match": answer.headers["ETag"]}
    async with site.client.get(path, headers=known) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    assert (await site.ask("GET", path, who="wang"))[0] == 403


@pytest.mark.parametrize("name", ["0" * 64, "0" * 63, "F" * 64, "..%2f..%2fsecret.key"])
async def test_a_file_that_was_never_kept_is_not_found(site: ApiSite, name: str) -> None:
    status, answer, _ = await site.ask("GET", f"/api/v1/evidence/{name}")
    assert (status, answer["code"]) == (404, "not-found")


async def test_number_and_secret_show_a_citizen_their_report(site: ApiSite) -> None:
    status, answer, _ = await site.ask("GET", TRACK, headers={"Tracking-Secret": SECRET}, who="")
    assert (status, answer["stage_name"], answer["due_at"]) == (200, "已立案，等待派遣", "2026-11-24T11:00:00+08:00")
    assert answer.keys() & {"contact_masked", "id", "external_id"} == set()


async def test_a_wrong_secret_and_an_unknown_number_look_alike(site: ApiSite) -> None:
    wrong = await site.ask("GET", TRACK, headers={"Tracking-Secret": "x"}, who="")
    unknown = await site.ask("GET", "/api/v1/tracking/261124999999", headers={"Tracking-Secret": SECRET}, who="")
    assert (wrong[0], unknown[0]) == (404, 404)
    assert {**wrong[1], "instance": ""} == {**unknown[1], "instance": ""}


async def test_a_missing_secret_is_asked_for(site: ApiSite) -> None:
    status, answer, _ = await site.ask("GET", TRACK, who="")
    assert (status, [fault["pointer"] for fault in answer["faults"]]) == (422, ["/headers/Tracking-Secret"])


async def test_guessing_is_stopped_until_time_has_passed(site: ApiSite) -> None:
    right, wrong = {"Tracking-Secret": SECRET}, {"Tracking-Secret": "guess"}
    for _ in range(10):
        assert (await site.ask("GET", TRACK, headers=right, who=""))[0] == 200
        assert (await site.ask("GET", TRACK, headers=wrong, who=""))[0] == 404
    status, answer, headers = await site.ask("GET", TRACK, headers=right, who="")
    assert (status, answer["code"], headers["Retry-After"]) == (429, "proof-wanted", "360")
    site.clock.move(360)
    assert (await site.ask("GET", TRACK, headers=right, who=""))[0] == 200


async def test_behind_a_proxy_each_sender_has_guesses_of_their_own() -> None:
    async with running(ApiSite(reports=FakeReports(report()), proxies=Proxies.of("127.0.0.1"))) as site:
        guess = {"Tracking-Secret": "guess", "X-Forwarded-For": "203.0.113.9"}
        statuses = [(await site.ask("GET", TRACK, headers=guess, who=""))[0] for _ in range(11)]
        assert statuses == [404] * 10 + [429]
        other = {"Tracking-Secret": SECRET, "X-Forwarded-For": "203.0.113.10"}
        assert (await site.ask("GET", TRACK, headers=other, who=""))[0] == 200


async def test_the_desk_sees_its_questions_and_answers_once(site: ApiSite) -> None:
    _, page, _ = await site.ask("GET", "/api/v1/desk")
    assert [(one["report"]["id"], one["question"]) for one in page["items"]] == [(REPORT_ID, "在青新社区的哪里？")]
    told = {"decision": "open", "category_key": "部件0101", "place": 0}
    status, answer, _ = await site.ask("POST", f"/api/v1/desk/{REPORT_ID}/resolve", told)
    assert (status, answer["id"]) == (200, REPORT_ID)
    ((report_id, actor, resolution),) = site.desk.resolved
    assert (report_id, actor, resolution.decision, resolution.place) == (REPORT_ID, "li", "open", 0)
    status, answer, _ = await site.ask("POST", f"/api/v1/desk/{REPORT_ID}/resolve", told)
    assert (status, answer["code"]) == (409, "not-allowed-now")


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({}, "/decision"),
        ({"decision": "delete"}, "/decision"),
        ({"decision": "open", "place": -1}, "/place"),
        ({"decision": "open", "lon": 500, "lat": 1, "datum": "wgs84"}, "/lon"),
        ({"decision": "answer", "note": "x" * 501}, "/note"),
        ({"decision": "answer", "more": 1}, "/more"),
    ],
)
async def test_a_bad_resolution_leaves_the_question_open(site: ApiSite, told: object, pointer: str) -> None:
    status, answer, _ = await site.ask("POST", f"/api/v1/desk/{REPORT_ID}/resolve", told)
    assert (status, [fault["pointer"] for fault in answer["faults"]]) == (422, [pointer])
    assert list(site.desk.open) == [REPORT_ID]
