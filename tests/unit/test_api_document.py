"""The document of the API says what the API does."""

from __future__ import annotations

from typing import Any

import pytest

from case_api.api import routes
from intake.channels.web import SubmitForm, SubmitHeaders, SubmitReport
from intake.http import PUBLIC, Call, Route, openapi
from tests.fakes.api_site import ApiSite


async def _taken(call: Call) -> Any:
    raise NotImplementedError(call.request_id)


@pytest.fixture
def document() -> dict[str, Any]:
    submit = Route(
        "POST",
        "/api/v1/reports",
        _taken,
        PUBLIC,
        "上报",
        body=SubmitReport,
        form=SubmitForm,
        headers=SubmitHeaders,
        status=201,
        also=(200,),
    )
    return openapi((*routes(ApiSite().services), submit), "12319 Hub", "1")


def test_a_report_is_sent_as_json_or_as_a_form(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/v1/reports"]["post"]
    assert list(operation["requestBody"]["content"])[:2] == ["application/json", "multipart/form-data"]
    assert {"200", "201", "413", "422"} - operation["responses"].keys() == set()
    assert [one["name"] for one in operation["parameters"]] == ["Idempotency-Key"]


def test_a_read_that_may_be_unchanged_says_so(document: dict[str, Any]) -> None:
    paths = ("/api/v1/cases/{number}", "/api/v1/catalogue", "/api/v1/divisions", "/api/v1/evidence/{sha256}")
    assert [document["paths"][path]["get"]["responses"]["304"]["description"] for path in paths] == ["Not Modified"] * 4


def test_a_dispatch_names_all_it_may_answer(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/v1/cases/{number}/dispatch"]["post"]
    expected = {"200", "400", "401", "403", "404", "408", "409", "412", "413", "415", "422", "428", "503"}
    assert set(operation["responses"]) == expected


def test_every_operation_has_a_summary_in_chinese_and_a_tag(document: dict[str, Any]) -> None:
    operations = [item for path in document["paths"].values() for item in path.values() if item.get("tags")]
    assert len(operations) == 27
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in item["summary"]) for item in operations)
