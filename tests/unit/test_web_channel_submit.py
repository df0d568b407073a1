"""The web channel over a real server: what is taken, and how every bad input is refused with nothing stored."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, web
from aiohttp.test_utils import TestServer
from PIL import Image

from intake.channels.web import WebChannel, routes
from intake.http import mount
from intake.inbox import Inbox
from intake.model import Contact, Datum, GivenPoint
from intake.scanning import PhotoIntake
from tests.fakes.authenticator import FakeAuthenticator
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.evidence_store import FakeEvidenceStore
from tests.fakes.report_store import FakeReportStore

HOSTILE = """Robert'); DROP TABLE report;-- "<script>alert('井盖')</script>" {{7*7}} %s \\ 😀"""
Answer = dict[str, Any]


@dataclass(frozen=True)
class Site:
    client: ClientSession
    store: FakeReportStore
    evidence: FakeEvidenceStore

    async def send(self, told: object, headers: Mapping[str, str] | None = None) -> tuple[int, Answer]:
        raw = told if isinstance(told, bytes) else json.dumps(told).encode()
        given = {"Content-Type": "application/json", "Accept-Language": "en", **(headers or {})}
        async with self.client.post("/api/v1/reports", data=io.BytesIO(raw), headers=given) as answer:
            return answer.status, await answer.json(content_type=None)

    async def send_form(self, fields: Mapping[str, str], *photos: bytes) -> tuple[int, Answer]:
        data = FormData(default_to_multipart=True)
        for name, value in fields.items():
            data.add_field(name, value)
        for content in photos:
            data.add_field("photo", io.BytesIO(content), filename="井盖.jpg", content_type="image/jpeg")
        async with self.client.post("/api/v1/reports", data=data) as answer:
            return answer.status, await answer.json(content_type=None)

    @property
    def stored(self) -> tuple[int, int]:
        return len(self.store.reports), len(self.evidence.kept)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    store, evidence = FakeReportStore(), FakeEvidenceStore()
    channel = WebChannel(Inbox(store, FakeBus()), PhotoIntake(evidence), FakeClock(), lambda key: key == "部件0101")
    app = web.Application()
    people = FakeAuthenticator(gateway=frozenset({"reports.submit"}), unit=frozenset({"cases.read"}))
    mount(app, routes(channel), people)
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as client:
        yield Site(client, store, evidence)


def pointers(answer: Answer) -> list[str]:
    return [fault["pointer"] for fault in answer["faults"]]


def picture(kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(buffer, kind)
    return buffer.getvalue()


def zip_file() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.txt", "not a photo")
    return buffer.getvalue()


def bomb() -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 1000)
    chunks = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (header, data, b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


async def test_a_full_report_is_stored_as_it_was_told_and_acknowledged(site: Site) -> None:
    told = {
        "text": "青新社区门口井盖不见了\n很危险",
        "place_words": "青新社区",
        "phone": "+86 138-1234-5678",
        "name": "陈女士",
        "confidential": True,
        "point": {"lon": 118.5703, "lat": 24.8091, "datum": "gcj02", "accuracy_metres": 12},
        "category": "部件0101",
        "answers": {"depth": "半米"},
    }
    status, answer = await site.send(told)
    assert status == 201
    (report,) = site.store.reports
    assert answer == {
        "report_id": report.id,
        "tracking_number": "261124000001",
        "tracking_secret": "secret-1",
        "channel": "web",
        "external_id": report.id,
        "received_at": "2026-11-24T09:00:00+08:00",
        "replayed": False,
    }
    assert (report.text, report.place_words) == (told["text"], "青新社区")
    assert report.contact == Contact("13812345678", "陈女士", confidential=True)
    assert report.point == GivenPoint(118.5703, 24.8091, Datum.GCJ02, 12)
    assert report.answers == {"depth": "半米", "category": "部件0101"}
    assert json.loads(site.store.raw[0]) == told


async def test_the_location_of_a_new_report_is_its_address(site: Site) -> None:
    async with site.client.post("/api/v1/reports", json={"text": "井盖"}) as answer:
        assert answer.headers["Location"] == f"/api/v1/reports/{site.store.reports[0].id}"


async def test_a_form_with_photos_is_one_report_with_evidence(site: Site) -> None:
    photos = picture(), picture("PNG")
    fields = {
        "text": "路灯不亮",
        "lon": "118.57",
        "lat": "24.81",
        "datum": "wgs84",
        "confidential": "true",
        "phone": "",
    }
    status, _ = await site.send_form(fields, *photos)
    assert status == 201
    (report,) = site.store.reports
    assert (report.text, report.point) == ("路灯不亮", GivenPoint(118.57, 24.81, Datum.WGS84))
    assert report.contact == Contact(confidential=True)
    hashes = [hashlib.sha256(photo).hexdigest() for photo in photos]
    assert [(one.sha256, one.media_type) for one in report.evidence] == [
        (hashes[0], "image/jpeg"),
        (hashes[1], "image/png"),
    ]
    assert [photo["sha256"] for photo in json.loads(site.store.raw[0])["photo"]] == hashes


async def test_a_urlencoded_form_is_taken_too(site: Site) -> None:
    async with site.client.post("/api/v1/reports", data={"text": "占道经营", "name": ""}) as answer:
        assert answer.status == 201
    assert [report.text for report in site.store.reports] == ["占道经营"]


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({}, "/text"),
        ({"text": ""}, "/text"),
        ({"text": "  \n\t "}, "/text"),
        ({"text": "井" * 10_000}, "/text"),
        ({"text": "井盖\u0007"}, "/text"),
        ({"text": "井盖\u0000"}, "/text"),
        ({"text": "井盖\u0085"}, "/text"),
        ({"text": 12319}, "/text"),
        ({"text": "井盖", "name": "陈\u001b[31m"}, "/name"),
        ({"text": "井盖", "place_words": "路" * 201}, "/place_words"),
        ({"text": "井盖", "place_words": "青新\u0008"}, "/place_words"),
        ({"text": "井盖", "phone": "打我手机"}, "/phone"),
        ({"text": "井盖", "phone": "1234"}, "/phone"),
        ({"text": "井盖", "confidential": "yes"}, "/confidential"),
        ({"text": "井盖", "category": "部件9999"}, "/category"),
        ({"text": "井盖", "colour": "red"}, "/colour"),
        ({"text": "井盖", "answers": {"depth": "米" * 201}}, "/answers/depth"),
        ({"text": "井盖", "answers": {"category": "部件0101"}}, "/answers/category"),
        ({"text": "井盖", "answers": {f"a{n}": "x" for n in range(21)}}, "/answers"),
        ({"text": "井盖", "point": {"lon": 118.57, "lat": 24.81}}, "/point/datum"),
        ({"text": "井盖", "point": {"lon": 118.57, "lat": 24.81, "datum": "mars"}}, "/point/datum"),
        ({"text": "井盖", "point": {"lon": 500, "lat": 24.81, "datum": "wgs84"}}, "/point/lon"),
        ({"text": "井盖", "point": {"lon": 118.57, "lat": -91, "datum": "wgs84"}}, "/point/lat"),
        ({"text": "井盖", "point": {"lon": 24.81, "lat": 118.57, "datum": "wgs84"}}, "/point/lat"),
        ({"text": "井盖", "point": {"lon": 30.1, "lat": 88.2, "datum": "cgcs2000"}}, "/point/lat"),
        ({"text": "井盖", "point": {"lon": "118.57", "lat": 24.81, "datum": "wgs84"}}, "/point/lon"),
        (
            {"text": "井盖", "point": {"lon": 1, "lat": 2, "datum": "wgs84", "accuracy_metres": -1}},
            "/point/accuracy_metres",
        ),
    ],
)
async def test_a_bad_field_is_named_and_nothing_is_stored(site: Site, told: Answer, pointer: str) -> None:
    status, answer = await site.send(told)
    assert (status, answer["code"], pointers(answer)) == (422, "invalid", [pointer])
    assert site.stored == (0, 0)


async def test_every_fault_of_a_report_is_named_at_once(site: Site) -> None:
    told = {"text": " ", "phone": "x", "category": "部件9999", "point": {"lon": 24.8, "lat": 118.5, "datum": "wgs84"}}
    _, answer = await site.send(told)
    assert pointers(answer) == ["/phone", "/category", "/point/lat", "/text"]


@pytest.mark.parametrize("field", ["text", "name", "place_words"])
async def test_a_lone_surrogate_is_refused(site: Site, field: str) -> None:
    status, answer = await site.send({"text": "井盖", field: "井盖\ud800"})
    assert (status, answer["code"]) == (422, "invalid")
    assert pointers(answer) == [f"/{field}"]
    assert site.stored == (0, 0)


async def test_swapped_coordinates_are_told_the_right_way_round(site: Site) -> None:
    _, answer = await site.send({"text": "井盖", "point": {"lon": 24.81, "lat": 118.57, "datum": "wgs84"}})
    assert answer["faults"][0]["detail_en"] == "Longitude and latitude look swapped: send lon 118.57 and lat 24.81."
    assert answer["faults"][0]["detail_zh"] == "经度和纬度好像填反了：请把 lon 填为 118.57，lat 填为 24.81。"


@pytest.mark.parametrize(("lon", "lat"), [(121.47, 31.23), (2.35, 48.85), (-70.0, -33.0), (0, 0)])
async def test_a_point_outside_the_county_is_taken(site: Site, lon: float, lat: float) -> None:
    status, _ = await site.send({"text": "井盖", "point": {"lon": lon, "lat": lat, "datum": "wgs84"}})
    assert status == 201
    assert site.store.reports[0].point == GivenPoint(lon, lat, Datum.WGS84)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"text": ""}, "/text"),
        ({"text": "井盖", "lon": "118.57", "lat": "24.81"}, "/datum"),
        ({"text": "井盖", "lon": "118.57", "datum": "wgs84"}, "/lat"),
        ({"text": "井盖", "lon": "24.81", "lat": "118.57", "datum": "wgs84"}, "/lat"),
        ({"text": "井盖", "lon": "nan", "lat": "24.81", "datum": "wgs84"}, "/lon"),
        ({"text": "井盖", "lon": "118.57", "lat": "24.81", "datum": "mars"}, "/datum"),
        ({"text": "井盖", "category": "部件9999"}, "/category"),
        ({"text": "井盖\u0001"}, "/text"),
        ({"text": "井盖", "idempotency_key": "有空 格"}, "/idempotency_key"),
    ],
)
async def test_a_bad_field_of_a_form_is_named_and_no_photo_is_kept(
    site: Site, fields: Mapping[str, str], pointer: str
) -> None:
    status, answer = await site.send_form(fields, picture())
    assert (status, answer["code"], pointers(answer)) == (422, "invalid", [pointer])
    assert site.stored == (0, 0)


@pytest.mark.parametrize(
    ("photo", "status", "code"),
    [
        (b"\xff\xd8" + b"\0" * (40 * 1024 * 1024), 413, "too-large"),
        (bomb(), 413, "too-large"),
        (zip_file(), 422, "invalid"),
        (picture()[:200], 422, "invalid"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 422, "invalid"),
    ],
    ids=["40MB", "decompression bomb", "zip renamed .jpg", "cut", "svg"],
)
async def test_what_is_no_photo_is_refused_and_nothing_is_stored(
    site: Site, photo: bytes, status: int, code: str
) -> None:
    given, answer = await site.send_form({"text": "井盖不见了"}, picture(), photo)
    assert (given, answer["code"]) == (status, code)
    assert pointers(answer) == (["/photo/1"] if code == "invalid" else [])
    assert site.stored == (0, 0)


async def test_a_photo_in_another_field_is_not_lost_in_silence(site: Site) -> None:
    data = FormData()
    data.add_field("text", "井盖不见了")
    data.add_field("image", io.BytesIO(picture()), filename="a.jpg", content_type="image/jpeg")
    async with site.client.post("/api/v1/reports", data=data) as answer:
        assert (answer.status, pointers(await answer.json(content_type=None))) == (422, ["/image"])
    assert site.stored == (0, 0)


async def test_the_same_key_with_the_same_body_gets_the_first_answer_again(site: Site) -> None:
    told, key = {"text": "井盖不见了", "phone": "13812345678"}, {"Idempotency-Key": "7c9e-1"}
    first_status, first = await site.send(told, key)
    again_status, again = await site.send(told, key)
    assert (first_status, again_status) == (201, 200)
    assert again == {**first, "replayed": True}
    assert first["external_id"] == "7c9e-1"
    assert len(site.store.reports) == 1


async def test_the_same_key_with_another_body_is_refused(site: Site) -> None:
    key = {"Idempotency-Key": "7c9e-1"}
    await site.send({"text": "井盖不见了"}, key)
    status, answer = await site.send({"text": "路灯不亮"}, key)
    assert (status, answer["code"]) == (422, "idempotency-conflict")
    assert [report.text for report in site.store.reports] == ["井盖不见了"]


async def test_the_same_words_without_a_key_are_two_reports(site: Site) -> None:
    first, second = await site.send({"text": "井盖不见了"}), await site.send({"text": "井盖不见了"})
    assert (first[0], second[0]) == (201, 201)
    assert len(site.store.reports) == 2


async def test_a_form_carries_its_key_as_a_field(site: Site) -> None:
    fields = {"text": "井盖不见了", "idempotency_key": "form-1"}
    first, second = await site.send_form(fields, picture()), await site.send_form(fields, picture())
    assert (first[0], second[0]) == (201, 200)
    assert site.stored == (1, 1)


@pytest.mark.parametrize("key", ["", "a" * 201, "a b", "键"])
async def test_a_key_that_is_none_is_refused(site: Site, key: str) -> None:
    status, answer = await site.send({"text": "井盖"}, {"Idempotency-Key": key})
    assert (status, pointers(answer)) == (422, ["/headers/Idempotency-Key"])
    assert site.stored == (0, 0)


async def test_only_a_program_that_may_gives_its_own_external_id(site: Site) -> None:
    told = {"text": "井盖", "external_id": "12345-工单-1"}
    assert (await site.send(told))[0] == 401
    assert (await site.send(told, {"Authorization": "Bearer unit"}))[0] == 403
    assert site.stored == (0, 0)
    status, answer = await site.send(told, {"Authorization": "Bearer gateway"})
    assert (status, answer["external_id"]) == (201, "12345-工单-1")


async def test_what_a_program_sends_under_a_used_external_id_is_refused_and_parked(site: Site) -> None:
    gateway = {"Authorization": "Bearer gateway"}
    await site.send({"text": "井盖不见了", "external_id": "工单-1"}, gateway)
    status, answer = await site.send({"text": "路灯不亮", "external_id": "工单-1"}, gateway)
    assert (status, answer["code"]) == (422, "idempotency-conflict")
    assert [report.text for report in site.store.reports] == ["井盖不见了", "路灯不亮"]
    assert list(site.store.parked) == [site.store.reports[1].id]


@pytest.mark.parametrize(
    ("headers", "external_id"), [({}, "a\u2028b"), ({}, "x" * 101), ({"Idempotency-Key": "other"}, "mine")]
)
async def test_an_external_id_is_printable_short_and_the_only_key(
    site: Site, headers: Mapping[str, str], external_id: str
) -> None:
    status, answer = await site.send(
        {"text": "井盖", "external_id": external_id}, {**headers, "Authorization": "Bearer gateway"}
    )
    assert (status, pointers(answer)) == (422, ["/external_id"])
    assert site.stored == (0, 0)


async def test_sql_and_html_are_stored_letter_by_letter(site: Site) -> None:
    told = {"text": HOSTILE, "place_words": HOSTILE, "name": HOSTILE[:50], "answers": {"depth": HOSTILE}}
    status, _ = await site.send({**told, "external_id": HOSTILE}, {"Authorization": "Bearer gateway"})
    assert status == 201
    (report,) = site.store.reports
    assert (report.text, report.place_words, report.contact.name) == (HOSTILE, HOSTILE, HOSTILE[:50])
    assert (report.answers, report.origin.external_id) == ({"depth": HOSTILE}, HOSTILE)


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b'{"text": "\xff"}', "application/json", 400, "malformed"),
        (b"[]", "application/json", 422, "invalid"),
        (b"text", "text/plain", 415, "unsupported-media-type"),
        (b"--x", "multipart/form-data; boundary=x", 400, "malformed"),
        (b'{"text": "' + b"a" * 2_000_000 + b'"}', "application/json", 413, "too-large"),
    ],
)
async def test_a_body_that_is_none_is_refused(site: Site, raw: bytes, kind: str, status: int, code: str) -> None:
    given, answer = await site.send(raw, {"Content-Type": kind})
    assert (given, answer["code"]) == (status, code)
    assert site.stored == (0, 0)
