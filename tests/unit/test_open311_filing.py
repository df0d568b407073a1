"""Open311 requests on their way in: what becomes of them, and what is refused with nothing stored."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import FormData

from intake.channels.open311 import Rules
from intake.http import Call, Door, Principal, TooManyRequests
from intake.model import Contact, Datum, EvidenceKind, GivenPoint
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.open311_site import Open311Site, open311_site, picture


@pytest.fixture
async def site() -> AsyncIterator[Open311Site]:
    async with open311_site(Open311Site(fetcher=FakeFetcher(good=picture(), bad=b"<svg/>"))) as opened:
        yield opened


async def test_a_request_becomes_a_report(site: Open311Site) -> None:
    status, answer = await site.file(
        description="井盖不见了",
        address_string="青新社区大门",
        phone="138 0595 1234",
        first_name="三",
        last_name="张",
        email="a@b.cn",
        account_id="acc-1",
    )
    notice = "Received under the number 261124000001."
    filed = {"service_request_id": "261124000001", "service_notice": notice, "account_id": "acc-1"}
    assert (status, answer) == (200, [filed])
    (report,) = site.store.reports
    assert (report.origin.channel, report.origin.external_id) == ("open311", f"app/{report.id}")
    assert (report.text, report.place_words) == ("井盖不见了", "青新社区大门")
    assert report.point == GivenPoint(118.57, 24.81, Datum.WGS84)
    assert report.contact == Contact("13805951234", "张三")
    assert report.answers == {"category": "部件0101"}


async def test_the_raw_form_keeps_everything_but_the_key(site: Open311Site) -> None:
    await site.file(description="井盖不见了", email="a@b.cn", unknown="x")
    (raw,) = site.store.raw
    assert json.loads(raw) == {
        "description": "井盖不见了",
        "email": "a@b.cn",
        "lat": "24.81",
        "long": "118.57",
        "service_code": "P0101",
        "unknown": ["x"],
    }


async def test_a_request_is_answered_in_xml_too(site: Open311Site) -> None:
    fields = {"api_key": "app", "service_code": "P0118", "address_string": "世纪大道"}
    status, root = await site.xml("POST", "/requests.xml", fields)
    assert (status, [one.tag for one in root.iter()]) == (
        200,
        ["service_requests", "request", "service_request_id", "service_notice", "account_id"],
    )
    assert [one.text for one in site.store.reports] == ["路灯"]


async def test_an_empty_parameter_counts_as_absent(site: Open311Site) -> None:
    status, _ = await site.file(jurisdiction_id="", description="", address_string="", phone="", media_url="")
    (report,) = site.store.reports
    assert (status, report.text, report.place_words, report.contact) == (200, "上水井盖", None, Contact())


async def test_attributes_are_kept_as_answers(site: Open311Site) -> None:
    pairs = [
        *(("api_key", "app"), ("service_code", "P0101"), ("address_string", "青新社区")),
        *(("attribute[condition]", "2"), ("attribute[place_words]", "大门旁"), ("attribute[confidential]", "yes")),
        *(("attribute[mine][]", "a"), ("attribute[mine][]", "b"), ("attribute[empty]", "")),
    ]
    assert (await site.send(pairs))[0] == 200
    (report,) = site.store.reports
    assert report.answers == {"category": "部件0101", "attribute.condition": "2", "attribute.mine": "a，b"}
    assert (report.place_words, report.contact.confidential) == ("青新社区 大门旁", True)


async def test_the_general_service_leaves_the_category_to_the_hub(site: Open311Site) -> None:
    await site.file(service_code="other", description="路灯不亮")
    assert [one.answers for one in site.store.reports] == [{}]


async def test_a_community_may_be_named_by_its_code(site: Open311Site) -> None:
    fields = {"api_key": "app", "service_code": "P0101", "address_id": "350582001004040"}
    assert (await site.send(fields))[0] == 200
    (report,) = site.store.reports
    assert (report.place_words, report.answers["address_id"]) == ("青阳街道青新社区", "350582001004040")


async def test_a_description_beyond_a_report_is_kept_beside_it(site: Open311Site) -> None:
    words = "井" * 4000
    assert (await site.file(description=words))[0] == 200
    (report,) = site.store.reports
    (whole,) = report.evidence
    assert (len(report.text), report.text[-1], whole.kind) == (2000, "…", EvidenceKind.TRANSCRIPT)
    assert await site.evidence.read(whole.uri) == words.encode()


async def test_a_token_is_given_to_those_who_ask_for_one(site: Open311Site) -> None:
    _, answer = await site.file(token="true")
    (report,) = site.store.reports
    notice = "Received under the number 261124000001."
    assert answer == [{"token": report.id, "service_notice": notice, "account_id": None}]


async def test_photos_may_come_in_any_field(site: Open311Site) -> None:
    form = FormData({"api_key": "app", "service_code": "P0101", "address_string": "x"}, default_to_multipart=True)
    for name, colour in (("media", (1, 2, 3)), ("photos[]", (4, 5, 6))):
        form.add_field(name, io.BytesIO(picture(colour)), filename="a.jpg", content_type="image/jpeg")
    assert (await site.send(form))[0] == 200
    (report,) = site.store.reports
    assert [one.kind for one in report.evidence] == [EvidenceKind.PHOTO] * 2
    assert len(json.loads(site.store.raw[0])["media"]) == 2


async def test_a_file_that_is_no_picture_is_refused(site: Open311Site) -> None:
    form = FormData({"api_key": "app", "service_code": "P0101", "address_string": "x"}, default_to_multipart=True)
    form.add_field("media", b"<?xml version='1.0'?><!DOCTYPE a []><a/>", filename="a.jpg", content_type="image/jpeg")
    status, answer = await site.send(form)
    assert (status, [one["code"] for one in answer], site.store.reports) == (400, [400], [])


async def test_a_photo_is_taken_over_from_its_address(site: Open311Site) -> None:
    url = "https://photos.example/good.jpg"
    await site.file(media_url=url)
    (report,) = site.store.reports
    (photo,) = report.evidence
    assert (await site.evidence.read(photo.uri), report.answers["media_url"]) == (picture(), url)


@pytest.mark.parametrize("name", ["bad", "missing"])
async def test_a_photo_that_cannot_be_had_does_not_lose_the_request(site: Open311Site, name: str) -> None:
    url = f"https://photos.example/{name}.jpg"
    status, answer = await site.file(media_url=url)
    (report,) = site.store.reports
    assert (status, report.evidence, report.answers["media_url"]) == (200, (), url)
    assert "The photo was not taken over" in answer[0]["service_notice"]


async def test_an_address_with_credentials_is_not_kept(site: Open311Site) -> None:
    await site.file(media_url="https://li:secret@photos.example/x.jpg")
    assert [one.answers for one in site.store.reports] == [{"category": "部件0101"}]


async def test_nothing_is_fetched_for_a_request_that_is_refused(site: Open311Site) -> None:
    await site.file(media_url="https://photos.example/good.jpg", phone="not a number")
    assert site.fetcher.asked == []


async def test_the_same_key_and_body_are_one_request(site: Open311Site) -> None:
    fields = {"api_key": "app", "service_code": "P0101", "address_string": "x", "description": "井盖"}
    first = await site.send(fields, Idempotency_Key="k")
    assert (await site.send(fields, Idempotency_Key="k"), len(site.store.reports)) == (first, 1)
    other, _ = await site.send({**fields, "description": "路灯"}, Idempotency_Key="k")
    assert (other, len(site.store.reports)) == (422, 1)
    assert (await site.send({**fields, "api_key": "other-app"}, Idempotency_Key="k"))[0] == 200
    assert [one.origin.external_id for one in site.store.reports] == ["app/k", "other-app/k"]


@pytest.mark.parametrize(
    ("changes", "status", "named"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "nobody"}, 403, "api_key"),
        ({"api_key": "blind"}, 403, "reports.submit"),
        ({"jurisdiction_id": "city.gov"}, 404, "jurisdiction_id"),
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": "P9999"}, 404, "service_code"),
        ({"lat": None, "long": None}, 400, "address_string"),
        ({"lat": None, "long": None, "address_id": "999999999999"}, 400, "address_id"),
        ({"lat": None}, 400, "lat"),
        ({"long": ""}, 400, "long"),
        ({"lat": "nan"}, 400, "lat"),
        ({"lat": "118.57", "long": "24.81"}, 400, "lat"),
        ({"lat": "91"}, 400, "lat"),
        ({"long": "180.5"}, 400, "long"),
        ({"phone": "call me"}, 400, "phone"),
        ({"description": "井" * 4001}, 400, "description"),
        ({"attribute[condition]": "9"}, 400, "attribute[condition]"),
        ({"first_name": "名" * 51}, 400, "first_name"),
    ],
)
async def test_what_is_wrong_is_named(
    site: Open311Site, changes: dict[str, str | None], status: int, named: str
) -> None:
    answered, errors = await site.file(**changes)
    assert (answered, [one["code"] for one in errors]) == (status, [status])
    assert named in errors[0]["description"]
    assert site.store.reports == []


async def test_every_fault_is_an_error_of_its_own(site: Open311Site) -> None:
    status, root = await site.xml("POST", "/requests.xml", {"api_key": "app", "service_code": "P0101", "lat": "x"})
    assert (status, [one.tag for one in root], root.findtext("error/code")) == (400, ["error"] * 2, "400")


@pytest.mark.parametrize("kind", ["text/xml", "application/xml", "application/json", "text/plain"])
async def test_only_forms_are_taken(site: Open311Site, kind: str) -> None:
    assert site.client is not None
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    async with site.client.post("/open311/v2/requests.xml", data=bomb, headers={"Content-Type": kind}) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (415, "text/xml; charset=utf-8")
        assert await answer.text() == (
            '<?xml version="1.0" encoding="utf-8"?>\n<errors><error><code>415</code><description>'
            "请以 multipart/form-data 或 application/x-www-form-urlencoded 提交。</description></error></errors>\n"
        )


async def test_a_key_may_stand_in_the_address_or_the_header(site: Open311Site) -> None:
    fields = {"service_code": "P0101", "address_string": "x"}
    assert (await site.send(fields, "/requests.json?api_key=app"))[0] == 200
    assert (await site.send(fields, Authorization="Bearer other-app"))[0] == 200
    assert [one.origin.external_id.split("/")[0] for one in site.store.reports] == ["app", "other-app"]


async def test_where_no_key_is_required_anybody_may_report() -> None:
    rules = Rules(frozenset(), key_required=False)
    async with open311_site(Open311Site(rules=rules)) as site:
        assert (await site.send({"service_code": "P0101", "address_string": "x"}))[0] == 200
        assert (await site.send({"service_code": "P0101", "address_string": "x", "api_key": "wrong"}))[0] == 403
        assert [one.origin.external_id for one in site.store.reports] == [f"-/{site.store.reports[0].id}"]


@dataclasses.dataclass
class Full:
    """A toll at which nobody passes."""

    paid: list[tuple[Door, str | None]] = dataclasses.field(default_factory=list)

    async def pay(
        self, call: Call, door: Door, *, number: str | None = None, principal: Principal | None = None
    ) -> None:
        self.paid.append((door, principal.user if principal else None))
        raise TooManyRequests("太多了。", "Too many.", 7)

    async def give_back(self, call: Call, door: Door, *, principal: Principal | None = None) -> None:
        raise NotImplementedError


async def test_a_quota_that_is_used_up_is_told_in_the_form_of_open311() -> None:
    toll = Full()
    async with open311_site(Open311Site(toll=toll)) as site:
        assert site.client is not None
        fields = {"api_key": "app", "service_code": "P0101", "address_string": "x"}
        async with site.client.post("/open311/v2/requests.json", data=fields) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
            assert await answer.json() == [{"code": 429, "description": "太多了。"}]
        assert toll.paid == [(Door.OPEN311, "app")]
