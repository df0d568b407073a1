"""Logs: a report's id leads from its arrival to its outcome, in both forms, and nobody's number stands in a line."""

from __future__ import annotations

import dataclasses
import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.logs import JsonLines, TextLines, set_up_logs
from hub.settings import LogSettings
from intake.errors import Invalid
from intake.inbox import Inbox
from intake.log_context import REQUEST_ID, concerning
from intake.model import Contact, PlaceCandidate, Precision
from intake.normalise import Normaliser
from intake.worker import Worker
from tests.fakes.bus import FakeBus
from tests.fakes.case_store import FakeCaseStore
from tests.fakes.classifier import InMemoryClassifier
from tests.fakes.clock import FakeClock
from tests.fakes.geocoder import InMemoryGeocoder
from tests.fakes.report_store import FakeReportStore
from tests.fakes.samples import CODE12, LAT, LON, MANHOLE, a_report, open_or_attach

Lines = Callable[[], list[dict[str, Any]]]
PHONE = "13912345678"
GATE = PlaceCandidate("青新社区", CODE12, LON, LAT, Precision.LANDMARK, 20.0, CODE12 + "001", 0.9, (0, 4))


class Choosy(InMemoryClassifier):
    """It knows manholes, and refuses what is 坏."""

    def classify(self, text: str, category_key: str | None = None) -> Any:
        logging.getLogger("classifier").info("looked")
        if "坏" in text:
            raise Invalid("看不懂。", "This cannot be understood.")
        return super().classify(text, category_key)


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What was logged at INFO and above while the test ran, as a collector reads it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines("worker"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.setLevel(level)
    root.removeHandler(handler)


def a_record(message: str, **extra: object) -> logging.LogRecord:
    """One INFO record with these fields."""
    return logging.makeLogRecord({"name": "room", "levelno": 20, "levelname": "INFO", "msg": message, **extra})


def a_hub() -> tuple[Inbox, Worker]:
    """The way of a report, from the inbox to its outcome."""
    clock = FakeClock()
    reports = FakeReportStore(clock)
    normaliser = Normaliser(InMemoryGeocoder([GATE]), Choosy({"井盖": MANHOLE}))
    return Inbox(reports, FakeBus()), Worker(
        reports, FakeCaseStore(reports, clock), normaliser, open_or_attach, FakeBus()
    )


async def test_one_id_leads_from_the_arrival_of_a_report_to_its_outcome(lines: Lines) -> None:
    inbox, worker = a_hub()
    receipt = await inbox.accept(a_report("r1", "青新社区井盖不见了"), b"")
    await worker.work_once()
    accepted, looked, settled = lines()
    assert {key: accepted[key] for key in ("report", "channel", "tracking_number", "message")} == {
        "report": "r1",
        "channel": "web",
        "tracking_number": receipt.tracking_number,
        "message": "report accepted",
    }
    assert (looked["room"], looked["report"]) == ("classifier", "r1")
    assert {key: settled[key] for key in ("report", "outcome", "message", "role")} == {
        "report": "r1",
        "outcome": "open",
        "message": "report settled",
        "role": "worker",
    }
    assert (accepted["ms"] >= 0, isinstance(settled["case"], str)) == (True, True)


async def test_each_report_of_a_batch_has_lines_of_its_own(lines: Lines) -> None:
    inbox, worker = a_hub()
    for name in ("r1", "r2"):
        await inbox.accept(a_report(name, "青新社区井盖不见了"), b"")
    await worker.work_once()
    told = [(line["message"], line["report"]) for line in lines() if line["room"] != "classifier"]
    assert told == [*(("report accepted", one) for one in ("r1", "r2")), *(("report settled", o) for o in ("r1", "r2"))]
    assert [line["report"] for line in lines() if line["room"] == "classifier"] == ["r1", "r2"]


async def test_a_second_delivery_is_told_as_such(lines: Lines) -> None:
    inbox, _ = a_hub()
    for _turn in range(2):
        await inbox.accept(a_report("r1"), b"")
    assert [(line["message"], line["report"]) for line in lines()] == [
        ("report accepted", "r1"),
        ("report known already", "r1"),
    ]
    assert (inbox.accepted, inbox.replayed) == ({"web": 1}, {"web": 1})


async def test_a_parked_report_is_told_with_its_reason(lines: Lines) -> None:
    inbox, worker = a_hub()
    await inbox.accept(a_report("r1", "坏"), b"")
    await worker.work_once()
    last = lines()[-1]
    assert (last["level"], last["message"], last["report"], last["reason"]) == (
        *("WARNING", "report parked", "r1", "看不懂。"),
    )
    assert worker.outcomes == {"parked": 1}


async def test_no_number_of_a_citizen_stands_in_a_line(lines: Lines) -> None:
    inbox, worker = a_hub()
    report = dataclasses.replace(
        a_report("r1", f"青新社区井盖不见了，请打{PHONE}"), contact=Contact(phone=PHONE, name="李明")
    )
    await inbox.accept(report, PHONE.encode())
    await worker.work_once()
    shown = json.dumps(lines(), ensure_ascii=False)
    assert ("report settled" in shown, PHONE in shown, "李明" in shown) == (True, False, False)


def test_a_line_carries_the_request_and_the_report_that_it_concerns(lines: Lines) -> None:
    token = REQUEST_ID.set("00c0ffee")
    with concerning("r7"):
        logging.getLogger("room").info("inside")
    logging.getLogger("room").info("outside")
    REQUEST_ID.reset(token)
    logging.getLogger("room").info("elsewhere")
    assert [(line.get("request"), line.get("report")) for line in lines()] == [
        ("00c0ffee", "r7"),
        ("00c0ffee", None),
        (None, None),
    ]


def test_a_line_for_people_ends_with_its_fields() -> None:
    with concerning("r7"):
        line = TextLines().format(a_record("report settled", outcome="open", case="A1"))
    assert line.split(" INFO ")[1] == "room: report settled outcome=open case=A1 report=r7"


def test_what_json_does_not_know_is_written_in_words(tmp_path: Path) -> None:
    line = json.loads(JsonLines().format(a_record("x", path=tmp_path, n=3)))
    assert (line["path"], line["n"], line["message"]) == (str(tmp_path), 3, "x")


def test_a_lone_surrogate_does_not_break_the_log() -> None:
    assert json.loads(JsonLines().format(a_record("井\ud800盖 %s", args=("\udfff",))))["level"] == "INFO"


@pytest.mark.parametrize(("form", "kind"), [("json", JsonLines), ("text", TextLines)])
def test_the_form_is_a_setting(form: str, kind: type) -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    try:
        set_up_logs(LogSettings(format=form, level="WARNING"))
        assert ([type(one.formatter) for one in root.handlers], root.level) == ([kind], logging.WARNING)
    finally:
        root.handlers[:], root.level = before
