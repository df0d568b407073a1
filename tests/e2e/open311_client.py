"""An Open311 client of our own: every answer is asked for in both formats, and both must say the same."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import xmlschema

SCHEMA = Path(__file__).resolve().parents[1] / "data" / "open311.xsd"
_LISTS = frozenset(
    {
        *("attributes", "endpoints", "errors", "formats", "request_history", "service_request_updates"),
        *("service_requests", "services", "values"),
    }
)
Fields = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `kind` is the Content-Type as it was sent."""

    status: int
    kind: str
    body: bytes


class Open311Client:
    """Speaks to one endpoint, found by service discovery; XML is validated against the schema."""

    def __init__(self, hub_url: str, kind: str = "production") -> None:
        self.hub_url = hub_url
        self.schema = xmlschema.XMLSchema(str(SCHEMA))
        self.discovery = self.both(f"{hub_url}/discovery", xml_kind="text/xml")
        (self.url,) = [one["url"] for one in self.discovery["endpoints"] if one["type"] == kind]

    def get(self, path: str, query: str = "") -> Any:
        """The value of an address below the endpoint."""
        return self.both(f"{self.url}{path}", query)

    def both(self, address: str, query: str = "", xml_kind: str = "text/xml; charset=utf-8") -> Any:
        """The JSON of an address, after its XML was found valid and equal."""
        xml, told, again = (ask(f"{address}.{ending}{query}") for ending in ("xml", "json", "xml"))
        while xml != again:  # the hub did something meanwhile
            xml, told, again = again, ask(f"{address}.json{query}"), ask(f"{address}.xml{query}")
        assert (xml.status, xml.kind) == (told.status, xml_kind)
        assert told.kind == "application/json; charset=utf-8"
        value = json.loads(told.body)
        assert self.read(xml.body) == as_text(value)
        return value

    def post(self, path: str, fields: Fields, xml: bool = False) -> Any:
        """What is answered to a form: JSON, or XML turned into the same shape."""
        ending = "xml" if xml else "json"
        answer = ask(f"{self.url}{path}.{ending}", urllib.parse.urlencode(fields).encode())
        assert answer.status == 200, answer
        return self.read(answer.body) if xml else json.loads(answer.body)

    def error(self, path: str, fields: Fields | None = None, query: str = "") -> tuple[int, list[str]]:
        """Status and codes of an error, alike in both formats."""
        body = None if fields is None else urllib.parse.urlencode(fields).encode()
        xml, told = (ask(f"{self.url}{path}.{ending}{query}", body) for ending in ("xml", "json"))
        codes = [str(one["code"]) for one in json.loads(told.body)]
        assert (xml.status, [one["code"] for one in self.read(xml.body)]) == (told.status, codes)
        return told.status, codes

    def read(self, body: bytes) -> Any:
        """Valid XML by the Spark convention, its leaves as text. Raises XMLSchemaValidationError."""
        assert body.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
        text = body.decode()
        self.schema.validate(text)
        return _spark(ET.fromstring(text))  # noqa: S314 - our own hub


def ask(url: str, body: bytes | None = None, **headers: str) -> Answer:
    """One request; an error status is an answer too."""
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - our own hub
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own hub
            return Answer(answer.status, answer.headers["Content-Type"], answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers["Content-Type"], error.read())


def as_text(value: Any) -> Any:
    """JSON with its leaves written as XML writes them."""
    if isinstance(value, dict):
        return {name: as_text(one) for name, one in value.items()}
    if isinstance(value, list):
        return [as_text(one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _spark(element: ET.Element) -> Any:
    if element.tag in _LISTS:
        return [_spark(one) for one in element]
    return {one.tag: _spark(one) for one in element} if len(element) else element.text or ""
