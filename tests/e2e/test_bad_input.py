"""Bad input against a real hub: each gets its problem+json, nothing of it is stored, and the hub goes on."""

from __future__ import annotations

import io
import json
import struct
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from bench.hub_process import HubProcess

HOSTILE = """Robert'); DROP TABLE report;--<script>alert("井盖")</script>{{7*7}}"""
HERE = {"lon": 118.5725, "lat": 24.8184, "datum": "cgcs2000"}
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


@dataclass(frozen=True)
class Door:
    """The intake of a hub, and the token of an operator who looks at what became of it."""

    url: str
    token: str

    def send(self, raw: bytes, kind: str = "application/json", key: str = "") -> tuple[int, str, dict[str, Any]]:
        headers = {"Content-Type": kind, **({"Idempotency-Key": key} if key else {})}
        return self._answer(urllib.request.Request(f"{self.url}/api/v1/reports", raw, headers))  # noqa: S310 - our hub

    def report(self, **told: object) -> tuple[int, str, dict[str, Any]]:
        return self.send(json.dumps(told).encode())

    def photo(self, content: bytes) -> tuple[int, str, dict[str, Any]]:
        mark = uuid4().hex
        text = f'--{mark}\r\nContent-Disposition: form-data; name="text"\r\n\r\n井盖不见了\r\n'
        head = f'--{mark}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
        body = f"{text}{head}Content-Type: image/jpeg\r\n\r\n".encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self.send(body, f"multipart/form-data; boundary={mark}")

    def get(self, path: str) -> dict[str, Any]:
        asked = urllib.request.Request(f"{self.url}{path}", headers={"Authorization": f"Bearer {self.token}"})  # noqa: S310 - our hub
        return self._answer(asked)[2]

    def stored(self) -> int:
        return len(self.get("/api/v1/reports?limit=200")["items"])

    def _answer(self, request: urllib.request.Request) -> tuple[int, str, dict[str, Any]]:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our hub
                return answer.status, answer.headers["Content-Type"], json.load(answer)
        except urllib.error.HTTPError as problem:
            return problem.code, problem.headers["Content-Type"], json.load(problem)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    hub = HubProcess(tmp_path_factory.mktemp("bad") / "data")
    hub.start()
    try:
        hub.run("user", "demo")
        accounts = json.loads((hub.data / "demo-accounts.json").read_text())
        yield Door(hub.url, accounts["shift_leader"]["token"])
    finally:
        hub.stop()


def zip_file() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.txt", "not a photo")
    return buffer.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 50,000 pixels wide and high."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 1000)
    chunks = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (header, data, b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


TOLD: Mapping[str, tuple[dict[str, Any], str]] = {
    "empty text": ({"text": ""}, "/text"),
    "10,000 characters": ({"text": "井" * 10_000}, "/text"),
    "control characters": ({"text": "井盖\u0007"}, "/text"),
    "lone surrogate": ({"text": "井盖\ud800"}, "/text"),
    "impossible longitude": ({"text": "井盖", "point": {**HERE, "lon": 500}}, "/point/lon"),
    "impossible latitude": ({"text": "井盖", "point": {**HERE, "lat": -91}}, "/point/lat"),
    "swapped": ({"text": "井盖", "point": {"lon": 24.8184, "lat": 118.5725, "datum": "wgs84"}}, "/point/lat"),
    "missing datum": ({"text": "井盖", "point": {"lon": 118.5725, "lat": 24.8184}}, "/point/datum"),
    "unknown category": ({"text": "井盖", "category": "部件9999"}, "/category"),
}
PHOTOS: Mapping[str, tuple[bytes, int, str]] = {
    "40 MB": (b"\xff\xd8" + b"\0" * (40 * 1024 * 1024), 413, "too-large"),
    "zip renamed .jpg": (zip_file(), 422, "invalid"),
    "decompression bomb": (bomb(), 413, "too-large"),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_field_that_cannot_be_taken_is_named_and_nothing_is_stored(door: Door, name: str) -> None:
    told, pointer = TOLD[name]
    before = door.stored()
    status, kind, problem = door.report(**told)
    assert (status, kind.split(";")[0], problem["code"]) == (422, "application/problem+json", "invalid")
    assert [fault["pointer"] for fault in problem["faults"]] == [pointer]
    assert door.stored() == before


@pytest.mark.parametrize("name", PHOTOS)
def test_a_file_that_is_no_photo_is_refused_with_words_and_nothing_is_stored(door: Door, name: str) -> None:
    content, status, code = PHOTOS[name]
    before = door.stored()
    given, kind, problem = door.photo(content)
    assert (given, kind.split(";")[0], problem["code"]) == (status, "application/problem+json", code)
    assert (problem["detail_zh"] != "", problem["detail_en"] != "", door.stored()) == (True, True, before)


def test_a_point_outside_the_county_is_taken_flagged_and_put_to_the_desk(door: Door) -> None:
    status, _, receipt = door.report(text="路灯不亮", point={"lon": 116.39, "lat": 39.91, "datum": "wgs84"})
    assert status == 201
    shown = _settled(door, receipt["report_id"])
    (question,) = [one for one in door.get("/api/v1/desk?limit=200")["items"] if one["report"]["id"] == shown["id"]]
    assert (shown["outcome"], shown["point"]["lon"]) == ("ask", 116.39)
    assert question["question"].startswith("所给坐标不在本市范围内")


def test_a_replayed_key_with_another_body_is_a_conflict_and_the_first_stays(door: Door) -> None:
    key = uuid4().hex
    first, again, other = (
        door.send(json.dumps({"text": text}).encode(), key=key) for text in ("井盖坏了", "井盖坏了", "路灯坏了")
    )
    assert (first[0], again[0], again[2]["report_id"]) == (201, 200, first[2]["report_id"])
    assert (other[0], other[1].split(";")[0], other[2]["code"]) == (
        422,
        "application/problem+json",
        "idempotency-conflict",
    )


def test_sql_and_html_in_every_field_are_words_like_others(door: Door) -> None:
    status, _, receipt = door.report(
        text=HOSTILE, place_words=HOSTILE, name=HOSTILE[:50], answers={"depth": HOSTILE}, confidential=True
    )
    assert status == 201
    shown = _settled(door, receipt["report_id"])
    assert (shown["text"], shown["place_words"]) == (HOSTILE, HOSTILE)
    faulty = door.report(text="井盖", phone=HOSTILE[:40], category=HOSTILE[:20])
    assert (faulty[0], [fault["pointer"] for fault in faulty[2]["faults"]]) == (422, ["/phone", "/category"])


def _settled(door: Door, report_id: str) -> dict[str, Any]:
    """The report once the worker has given it an outcome; the test's own timeout ends the wait."""
    while True:
        shown = door.get(f"/api/v1/reports/{report_id}")
        if shown["status"] != "waiting":
            return shown


def test_the_hub_of_these_tests_is_still_ready(door: Door) -> None:
    assert door.get("/readyz")["ready"] is True
