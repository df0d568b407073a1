"""Open311 against a real hub: our client walks every endpoint in both formats, and hostile XML gets nowhere."""

from __future__ import annotations

import http.client
import http.server
import io
import json
import re
import socket
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bench.hub_process import HubProcess
from tests.e2e.open311_client import Open311Client, ask

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
HERE = {"lat": "24.818418", "long": "118.572526"}
MEGABYTE = 1024 * 1024
_PATIENCE_SECONDS = 30.0
_MEMORY_MEGABYTES = 48
_BOMB = '<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10)
)
ENTITIES = f"{_BOMB}]>\n<service_requests>&k;</service_requests>".encode()
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
PART_HEAD = b'--x\r\nContent-Disposition: form-data; name="media"; filename="a.xml"\r\n\r\n'
DEEP = b"<a>" * 200_000 + b"</a>" * 200_000


@dataclass
class Office:
    """A hub with demo accounts, the client in front of it, and a web server with one photo."""

    hub: HubProcess
    client: Open311Client
    keys: dict[str, str]
    photo_url: str

    def file(self, **fields: str) -> str:
        """File a request as the account of a unit; its number."""
        told = {"api_key": self.keys["unit"], "service_code": "P0101", **HERE, **fields}
        (filed,) = self.client.post("/requests", told)
        return str(filed["service_request_id"])

    def settled(self, number: str) -> dict[str, Any]:
        """The request once its case is open."""

        def look() -> dict[str, Any]:
            return dict(self.client.get(f"/requests/{number}")[0])

        wait_until(lambda: look()["agency_responsible"] is not None)
        return look()


@pytest.fixture(scope="module")
def photo_server() -> Iterator[str]:
    """The address of a photo on a server of its own."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(buffer, "JPEG")

    class Photo(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(buffer.getvalue())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server names it
            """Nothing is printed."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Photo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/photo.jpg"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, photo_server: str) -> Iterator[Office]:
    hub = HubProcess(tmp_path_factory.mktemp("open311") / "data")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HUB_OPEN311_MEDIA_NETWORKS", "127.0.0.0/8")
        hub.run("user", "demo")
        hub.start()
    try:
        accounts = json.loads((hub.data / "demo-accounts.json").read_text())
        keys = {role: account["token"] for role, account in accounts.items()}
        yield Office(hub, Open311Client(hub.url), keys, photo_server)
    finally:
        hub.stop()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_discovery_names_two_endpoints_that_answer(office: Office) -> None:
    endpoints = office.client.discovery["endpoints"]
    assert [(one["type"], one["formats"]) for one in endpoints] == [
        ("production", ["text/xml", "application/json"]),
        ("test", ["text/xml", "application/json"]),
    ]
    assert [ask(f"{one['url']}/services.xml").status for one in endpoints] == [200, 200]


def test_every_service_has_its_definition(office: Office) -> None:
    services = office.client.get("/services")
    codes = [one["service_code"] for one in services]
    assert (len(codes), len(set(codes)), all(re.fullmatch("[A-Za-z0-9]+", one) for one in codes)) == (140, 140, True)
    for code in codes[::20]:
        definition = office.client.get(f"/services/{code}")
        assert definition["service_code"] == code
        assert [one["order"] for one in definition["attributes"]] == list(range(1, len(definition["attributes"]) + 1))


def test_a_request_is_filed_and_followed_in_both_formats(office: Office) -> None:
    fields = {
        "api_key": office.keys["unit"],
        "service_code": "P0101",
        "address_string": "青新社区大门",
        **HERE,
        "description": "井盖不见了，请打13805951234\r\n<b>&很危险",
        "first_name": "三",
        "phone": "13805951234",
        "attribute[condition]": "1",
        "email": "a@b.cn",
        "account_id": "acc",
    }
    (filed,) = office.client.post("/requests", fields, xml=True)
    assert sorted(filed) == ["account_id", "service_notice", "service_request_id"]
    number = filed["service_request_id"]
    request = office.settled(number)
    assert (request["status"], request["service_code"]) == ("open", "P0101")
    assert request["description"] == "井盖不见了，请打138****1234\r\n<b>&很危险"
    assert office.client.get("/requests", f"?service_request_id={number},nobody")[0] == request
    assert [one["stage"] for one in office.client.get(f"/requests/{number}/history")] == ["received", "opened"]
    assert office.client.get("/requests", "?service_code=P0101&status=open")[0]["service_request_id"] == number
    assert office.client.get("/requests", "?status=closed") == []


def test_a_token_is_given_and_resolved(office: Office) -> None:
    fields = {"api_key": office.keys["unit"], "service_code": "E0102", **HERE, "token": "true"}
    (promise,) = office.client.post("/requests", fields)
    (found,) = office.client.get(f"/tokens/{promise['token']}")
    assert found["token"] == promise["token"]
    assert office.client.get(f"/requests/{found['service_request_id']}")[0]["service_code"] == "E0102"


def test_a_chase_up_joins_the_case_and_shows_among_the_updates(office: Office) -> None:
    number = office.file(description="路灯不亮", service_code="P0118", lat="24.7175", long="118.4794")
    office.settled(number)
    fields = {"api_key": office.keys["unit"], "description": "怎么还没修"}
    (update,) = office.client.post(f"/requests/{number}/updates", fields)
    assert update["service_request_id"] == number
    wait_until(lambda: len(office.client.get(f"/requests/{number}/updates")) == 3)
    assert office.client.get("/requests", f"?service_request_id={update['update_id']}") != []
    listed = [one["service_request_id"] for one in office.client.get("/requests")]
    assert (number in listed, update["update_id"] in listed) == (True, False)


def test_a_photo_is_fetched_and_shown_to_who_may_read(office: Office) -> None:
    number = office.file(media_url=office.photo_url, description="井盖坏了")
    (public,), (seen,) = (
        office.client.get(f"/requests/{number}", query) for query in ("", f"?api_key={office.keys['operator']}")
    )
    assert (public["media_url"], ask(seen["media_url"]).status) == (None, 401)
    photo = ask(seen["media_url"], Authorization=f"Bearer {office.keys['operator']}")
    with urllib.request.urlopen(office.photo_url) as original:  # noqa: S310 - our own server
        assert (photo.kind, photo.body) == ("image/jpeg", original.read())


def test_a_photo_behind_the_wall_is_not_fetched_and_the_request_is_kept(office: Office) -> None:
    inward = office.photo_url.replace("127.0.0.1", "[::ffff:10.0.0.1]")
    fields = {"api_key": office.keys["unit"], "service_code": "P0101", **HERE, "media_url": inward}
    (filed,) = office.client.post("/requests", fields)
    assert "未能取到照片" in filed["service_notice"]
    assert office.client.get(f"/requests/{filed['service_request_id']}")[0]["status"] == "open"


def test_the_test_endpoint_files_nothing(office: Office) -> None:
    before = len(office.client.get("/requests"))
    test = Open311Client(office.hub.url, "test")
    fields = {"api_key": office.keys["unit"], "service_code": "P0101", **HERE, "description": "试一下"}
    (filed,) = test.post("/requests", fields)
    assert test.get(f"/requests/{filed['service_request_id']}")[0]["description"] == "试一下"
    assert [one["description"] for one in test.get("/requests")] == ["试一下"]
    assert len(office.client.get("/requests")) == before


def test_errors_have_their_status_and_form(office: Office) -> None:
    key = office.keys["unit"]
    error = office.client.error
    assert error("/requests", {"service_code": "P0101", **HERE}) == (403, ["403"])
    assert error("/requests", {"api_key": "hub_wrong", "service_code": "P0101", **HERE}) == (403, ["403"])
    assert error("/requests", {"api_key": key, **HERE}) == (400, ["400"])
    assert error("/requests", {"api_key": key, "service_code": "nothing", **HERE}) == (404, ["404"])
    assert error("/requests", {"api_key": key, "service_code": "P0101"}) == (400, ["400"])
    assert error("/services", query="?jurisdiction_id=city.gov") == (404, ["404"])
    assert error("/services/nothing") == (404, ["404"])
    assert error("/requests/999") == (404, ["404"])
    assert error("/tokens/999") == (404, ["404"])
    assert error("/requests", query="?start_date=2020-01-01&end_date=2021-01-01") == (400, ["400"])
    assert error("/nowhere") == (404, ["404"])


@pytest.mark.parametrize("hostile", [ENTITIES, OUTSIDE, DEEP], ids=["entities", "outside", "deep"])
@pytest.mark.parametrize("kind", ["text/xml", "application/xml"])
def test_hostile_xml_is_refused_unread(office: Office, hostile: bytes, kind: str) -> None:
    answer = ask(f"{office.client.url}/requests.xml", hostile, **{"Content-Type": kind})
    assert (answer.status, answer.kind) == (415, "text/xml; charset=utf-8")
    assert [one["code"] for one in office.client.read(answer.body)] == ["415"]


@pytest.mark.parametrize("hostile", [ENTITIES, OUTSIDE, DEEP], ids=["entities", "outside", "deep"])
def test_hostile_xml_in_a_form_is_words_and_nothing_else(office: Office, hostile: bytes) -> None:
    body = b"api_key=%b&service_code=P0101&lat=24.8&long=118.5&description=" % office.keys["unit"].encode()
    quoted = urllib.parse.quote(hostile[:3000].decode()).encode()
    answer = ask(f"{office.client.url}/requests.xml", body + quoted)
    assert answer.status == 200
    number = office.client.read(answer.body)[0]["service_request_id"]
    (request,) = office.client.get(f"/requests/{number}")
    assert request["description"].startswith(hostile[:1000].decode())


@pytest.mark.parametrize(
    ("kind", "status"),
    [("text/xml", 415), ("application/x-www-form-urlencoded", 413), ("multipart/form-data; boundary=x", 413)],
)
@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "declared"])
def test_a_hundred_megabytes_are_refused_within_bounded_memory(
    office: Office, kind: str, status: int, chunked: bool
) -> None:
    head = PART_HEAD if kind.startswith("multipart") else b""
    before = forget_peak(office.hub)
    assert send_megabytes(office.client.url, kind, head, chunked=chunked) == status
    assert peak_megabytes(office.hub) - before < _MEMORY_MEGABYTES
    assert ask(f"{office.client.url}/services.xml").status == 200


def send_megabytes(url: str, kind: str, head: bytes, *, chunked: bool) -> int:
    """POST 100 MB of XML; the status of the answer, which may come before everything was sent."""
    parts = urllib.parse.urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60) as wire:
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(head) + 100 * MEGABYTE}"
        wire.sendall(
            f"POST {parts.path}/requests.xml HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{length}\r\n\r\n".encode()
        )
        block = b"<a>" * (MEGABYTE // 3) + b" "
        try:
            for content in (head, *[block] * 100):
                if content:
                    wire.sendall(b"%x\r\n%b\r\n" % (len(content), content) if chunked else content)
            wire.sendall(b"0\r\n\r\n" if chunked else b"")
        except OSError:
            pass
        response = http.client.HTTPResponse(wire)
        response.begin()
        return response.status


def forget_peak(hub: HubProcess) -> int:
    """Let the peak of the hub's memory count from now on; what it holds now, in megabytes."""
    assert hub.child is not None
    Path(f"/proc/{hub.child.pid}/clear_refs").write_text("5")
    return _status_megabytes(hub, "VmRSS")


def peak_megabytes(hub: HubProcess) -> int:
    """The most it held since then."""
    return _status_megabytes(hub, "VmHWM")


def _status_megabytes(hub: HubProcess, name: str) -> int:
    assert hub.child is not None
    status = Path(f"/proc/{hub.child.pid}/status").read_text()
    found = re.search(rf"{name}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) // 1024
