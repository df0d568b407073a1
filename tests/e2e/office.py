"""A running hub as the browser tests see it: its address, its accounts, and reports sent over HTTP as citizens send."""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any

from bench.cluster import Cluster
from bench.hub_process import HubProcess
from tests.e2e.seeds import Seed, draw_photo

_SETTLED_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a citizen keeps."""

    report_id: str
    number: str
    secret: str


@dataclass(slots=True)
class Office:
    """One hub with the demo's accounts; `accounts` is the file that `hub user demo` writes."""

    hub: HubProcess | Cluster
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.hub.url

    def open(self) -> None:
        """Start the hub and give it its accounts."""
        self.hub.start()
        self.hub.run("user", "demo")
        self.accounts = json.loads((self.hub.data / "demo-accounts.json").read_text(encoding="utf-8"))

    def ask(self, role: str, path: str, body: object = None, **headers: str) -> Any:
        """A JSON answer of the API to the account of this role. Raises HTTPError."""
        sent = {"Authorization": f"Bearer {self.accounts[role]['token']}", **headers}
        data = None if body is None else json.dumps(body).encode()
        return self._send(path, data, {**sent, **({"Content-Type": "application/json"} if data else {})})

    def send(self, seed: Seed) -> Receipt:
        """Report as the public form does, photo included."""
        boundary = uuid.uuid4().hex
        fields = {"text": seed.text, "place_words": seed.place, "phone": seed.phone}
        if seed.confidential:
            fields["confidential"] = "true"
        if seed.point:
            fields |= {"lon": str(seed.point[0]), "lat": str(seed.point[1]), "datum": "cgcs2000"}
        parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in fields.items() if value]
        if seed.photo:
            head = 'name="photo"; filename="photo.jpg"\r\nContent-Type: image/jpeg'
            parts.append(_part(boundary, head, draw_photo(seed.photo)))
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        told = self._send("/api/v1/reports", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        return Receipt(told["report_id"], told["tracking_number"], told["tracking_secret"])

    def settled(self, receipt: Receipt) -> dict[str, Any]:
        """The report once the worker has decided. Raises TimeoutError when it does not."""
        deadline = time.monotonic() + _SETTLED_SECONDS
        while time.monotonic() < deadline:
            report: dict[str, Any] = self.ask("shift_leader", f"/api/v1/reports/{receipt.report_id}")
            if report["status"] != "waiting":
                return report
            time.sleep(0.05)
        raise TimeoutError(f"report {receipt.number} still waits")

    def case_of(self, seed: Seed) -> str:
        """Send a report that opens a case; the case's number."""
        report = self.settled(self.send(seed))
        assert report["outcome"] == "open", report
        return str(report["case_number"])

    def dispatch(self, number: str, role: str = "shift_leader") -> None:
        """Dispatch a case as somebody else, to the unit that is proposed."""
        request = urllib.request.Request(f"{self.url}/api/v1/cases/{number}", headers=self._bearer(role))  # noqa: S310 - our own http
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own http
            version = answer.headers["ETag"]
        self.ask(role, f"/api/v1/cases/{number}/dispatch", {"unit_code": None, "note": ""}, **{"If-Match": version})

    def _bearer(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.accounts[role]['token']}"}

    def _send(self, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        request = urllib.request.Request(f"{self.url}{path}", body, headers)  # noqa: S310 - our own http
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own http
            return json.load(answer)


def _part(boundary: str, head: str, value: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
