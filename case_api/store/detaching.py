"""A report leaves a case that is not its own, and opens one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, delete, select, update

from case_api.catalogue.catalogue import Catalogue
from case_api.store.casework import Casework, Member, NewCase, touch
from case_api.store.chain import EventDraft, canonical
from case_api.store.ledger import Ledger
from case_api.store.moments import to_ms
from case_api.store.report_codec import point_of
from case_api.store.states import state_names
from case_api.store.tables import CASE_EVENT, CASE_REPORT, OUTCOME, REPORT
from intake.errors import NotAllowedNow, NotFound
from intake.model import CategoryGuess, Location, PlaceCandidate, Precision, Urgency
from intake.model.contact import mask_numbers
from intake.ports import Geocoder, PlaceHints

_SURE = 0.6
_POINT_ACCURACY_METRES = 30.0


@dataclass(frozen=True, slots=True)
class Leaving:
    """The report that leaves, the row of the case it leaves, who says so and why."""

    case: Mapping[str, Any]
    report_id: str
    actor: str
    note: str


def detach(
    ledger: Ledger, leaving: Leaving, catalogue: Catalogue, tools: tuple[Casework, Geocoder], at: datetime
) -> str:
    """Open a case of its own for the report, where it says it is; the number. Raises NotFound, NotAllowedNow."""
    casework, geocoder = tools
    case, connection = leaving.case, ledger.connection
    if not case["open"]:
        zh, en = state_names(case["state"])
        raise NotAllowedNow(f"案卷现为“{zh}”，不能移出诉求。", f"The case is {en}; no report can leave it.")
    member = _leave(connection, case["number"], leaving.report_id)
    report = dict(connection.execute(select(REPORT).where(REPORT.c.id == leaving.report_id)).mappings().one())
    touch(connection, case["number"], to_ms(at), reports=-1)
    reasons = (f"{leaving.actor}判断与案卷{case['number']}不是同一问题", *((leaving.note,) if leaving.note else ()))
    new = NewCase(
        member=member,
        text=mask_numbers(report["text"].strip()),
        location=_own_place(report, geocoder) or _place_of(case),
        guess=_guess_of(case, catalogue),
        urgency=Urgency(case["urgency"]),
        alternatives=(),
        actor=leaving.actor,
        reasons=reasons,
    )
    opened = casework.open(ledger, new, at)
    payload = {"report_id": leaving.report_id, "to": opened, "note": leaving.note}
    ledger.record(EventDraft(case["number"], "report_detached", to_ms(at), leaving.actor, payload))
    _settle_anew(connection, leaving.report_id, opened, reasons)
    return opened


def _leave(connection: Connection, number: str, report_id: str) -> Member:
    """Take the membership away. The report that opened the case is what the case is about: it stays."""
    mine = (CASE_REPORT.c.report_id == report_id) & (CASE_REPORT.c.case_number == number)
    row = connection.execute(select(CASE_REPORT).where(mine)).mappings().first()
    if row is None:
        raise NotFound("这件诉求不在这件案卷里。", "This report is not in this case.")
    opened = select(CASE_EVENT.c.payload).where(CASE_EVENT.c.case_number == number, CASE_EVENT.c.n == 1)
    if orjson.loads(connection.execute(opened).scalar_one())["report_id"] == report_id:
        raise NotAllowedNow(
            "这件诉求是立案的依据，不能移出；请把其他诉求移出。",
            "The case was opened for this report: let the others leave instead.",
        )
    connection.execute(delete(CASE_REPORT).where(mine))
    return Member(report_id, row["fingerprint"], row["looks"])


def _own_place(report: Mapping[str, Any], geocoder: Geocoder) -> Location | None:
    """Where the report says it is, when that is sure."""
    point = point_of(report)
    if point is not None:
        found = geocoder.reverse(point)
        accuracy = max(point.accuracy_metres or _POINT_ACCURACY_METRES, 1.0)
        return None if found is None else _location(found, Precision.POINT, accuracy, "point")
    words = f"{report['place_words']}，{report['text']}" if report["place_words"] else report["text"]
    candidates = geocoder.locate(words, PlaceHints(channel=report["channel"])).candidates
    if not candidates or candidates[0].confidence < _SURE:
        return None
    best = candidates[0]
    return _location(best, best.precision, best.accuracy_metres, "words")


def _location(found: PlaceCandidate, precision: Precision, accuracy_metres: float, found_by: str) -> Location:
    return Location(
        lon=found.lon,
        lat=found.lat,
        accuracy_metres=accuracy_metres,
        precision=precision,
        address=found.name,
        code12=found.code12,
        cell=found.cell,
        confidence=found.confidence,
        found_by=found_by,
    )


def _place_of(case: Mapping[str, Any]) -> Location:
    return Location(
        lon=case["lon"],
        lat=case["lat"],
        accuracy_metres=case["accuracy_metres"],
        precision=Precision(case["precision"]),
        address=case["address"],
        code12=case["code12"],
        cell=case["cell"],
        confidence=case["confidence"],
        found_by=case["found_by"],
    )


def _guess_of(case: Mapping[str, Any], catalogue: Catalogue) -> CategoryGuess:
    key, standard = case["category_key"], case["standard"]
    condition = catalogue.condition(key, case["condition_number"], standard)
    return CategoryGuess(catalogue.entry(key, standard).category, condition, 1.0)


def _settle_anew(connection: Connection, report_id: str, number: str, reasons: tuple[str, ...]) -> None:
    trace = connection.execute(select(OUTCOME.c.trace).where(OUTCOME.c.report_id == report_id)).scalar_one()
    step = {"step": "detach", "found": f"open {number}", "reasons": list(reasons)}
    values = {"kind": "open", "case_number": number, "trace": canonical([*orjson.loads(trace), step])}
    connection.execute(update(OUTCOME).where(OUTCOME.c.report_id == report_id).values(**values))
