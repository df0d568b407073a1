"""Duplicates: a made stream of reports with known truth goes through the whole hub; the desk answers by the truth.

A report is a duplicate when an earlier one told of the same problem and its case is still open. It is found when it is
attached to that case, or when the desk is asked and the case is among those offered. What is attached elsewhere is a
false alarm, and so is a question whether it is the same that had no need; cases shown beside a question about place or
category are none, for the desk is asked anyway.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from bench.accuracy.city_names import CityNames
from bench.accuracy.make import CITY
from bench.accuracy.stream import Stream, Told
from bench.accuracy.wording import Drawing
from bench.stock import PastClock, PastHub
from case_api.services import Resolution
from case_api.store.moments import from_ms
from case_api.store.tables import DESK_ITEM, OUTCOME
from hub.settings import Settings
from intake.decide import ranked
from intake.errors import Invalid
from intake.ids import new_report_id
from intake.model import Contact, Datum, GivenPoint, Origin, Report, Understanding

SIZE = 20_000
_RESULTS = Path(__file__).parents[1] / "results" / "duplicates.json"
_BATCH = 20
_SAMENESS = "是否与案卷"
_BEGIN_MS = 1_772_323_200_000
_CLOSE = text("UPDATE case_file SET open = :no WHERE number IN :numbers").bindparams(
    bindparam("numbers", expanding=True)
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One report, what it was and what became of it. `scores` are the best and the sum of all."""

    told: Told
    duplicate: bool
    outcome: str
    right: bool
    asked: bool
    scores: tuple[float, float]


@dataclass(slots=True)
class _Run:
    """The hub, what every case truly is about, and what was found."""

    hub: PastHub
    cases: dict[int, set[str]] = field(default_factory=dict)
    closing: list[tuple[float, str]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    scores: dict[str, tuple[float, float]] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)


def run(tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure; `tell` gets progress."""
    found = summary(judge_stream(SIZE, "duplicates", tell))
    wanted = {"precision": 0.97, "recall": 0.92}
    result = {"target": wanted, **found}
    _RESULTS.write_text(json.dumps({"duplicates": result}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return result


def judge_stream(size: int, seed: str, tell: Callable[[str], None]) -> list[Judged]:
    """A stream of so many reports through a hub with SQLite in a folder of its own."""
    told = Stream(Drawing.of(CityNames(CITY), seed)).reports(size)
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        hub = PastHub(Settings(data=Path(folder)), past=PastClock(from_ms(_BEGIN_MS)))
        going = _Run(hub)
        _listen(going)
        try:
            asyncio.run(_go(going, told, tell))
        finally:
            hub.close()
    return going.judged


def _listen(going: _Run) -> None:
    """Remember how likely the decider thought it."""
    decider = going.hub.worker.decide

    def decide(understood: Understanding, glimpses: Any) -> Any:
        scores = ranked(understood, glimpses)
        whole = sum(one.score for one in scores)
        going.scores[understood.report.id] = (scores[0].score if scores else 0.0, whole)
        return decider(understood, glimpses)

    going.hub.worker.decide = decide


async def _go(going: _Run, told: Sequence[Told], tell: Callable[[str], None]) -> None:
    for start in range(0, len(told), _BATCH):
        if start % 4000 == 0:
            tell(f"  {start:,} reports")
        await _batch(going, told[start : start + _BATCH])


async def _batch(going: _Run, told: Sequence[Told]) -> None:
    hub = going.hub
    await _close(going, told[0].day)
    hub.past.moment = _moment(told[-1].day)
    reports = [(_report(one, place), one) for place, one in enumerate(told)]
    await asyncio.gather(*(hub.inbox.accept(report, report.text.encode()) for report, _ in reports))
    while await hub.worker.work_once():
        pass
    found = await hub.database.read(lambda connection: _outcomes(connection, [report.id for report, _ in reports]))
    for report, one in reports:
        await _judge(going, report, one, found[report.id])


def _moment(day: float) -> datetime:
    return from_ms(_BEGIN_MS) + timedelta(days=day)


def _report(told: Told, place: int) -> Report:
    moment = _moment(told.day)
    report_id = new_report_id(moment)
    point = None
    if told.point is not None:
        lon, lat, accuracy = told.point
        point = GivenPoint(lon, lat, Datum.CGCS2000, accuracy)
    origin = Origin("phone" if told.heard else "web", f"{place}-{report_id}", moment)
    return Report(report_id, origin, Contact(), told.text, point=point)


def _outcomes(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str | None, str, str]]:
    query = select(
        OUTCOME.c.report_id, OUTCOME.c.kind, OUTCOME.c.case_number, DESK_ITEM.c.similar, DESK_ITEM.c.question
    ).join(DESK_ITEM, DESK_ITEM.c.report_id == OUTCOME.c.report_id, isouter=True)
    rows = connection.execute(query.where(OUTCOME.c.report_id.in_(ids)))
    return {row.report_id: (row.kind, row.case_number, row.similar or "", row.question or "") for row in rows}


async def _judge(going: _Run, report: Report, told: Told, found: tuple[str, str | None, str, str]) -> None:
    """Hold one outcome against the truth; then the desk decides by it, and the case gets its truth."""
    outcome, number, similar, question = found
    known = going.cases.setdefault(told.problem.id, set()) - going.closed
    duplicate = bool(known)
    right = number in known if outcome != "ask" else any(one in similar for one in known)
    asked = outcome == "ask" and question.startswith(_SAMENESS)
    scores = going.scores.get(report.id, (0.0, 0.0))
    going.judged.append(Judged(told, duplicate, outcome, right, asked, scores))
    if outcome == "ask":
        number = await _answer(going, report, told, known)
    if number is not None and number not in known:
        going.cases[told.problem.id].add(number)
        if outcome != "attach":
            going.closing.append((told.problem.closed, number))


async def _answer(going: _Run, report: Report, told: Told, known: set[str]) -> str | None:
    if known:
        resolution = Resolution(decision="attach", case_number=min(known))
    else:
        door = told.problem.door
        resolution = Resolution(
            decision="open",
            category_key=told.problem.category_key,
            lon=door.lon,
            lat=door.lat,
            datum=Datum.CGCS2000,
        )
    try:
        view = await going.hub.desk.resolve(report.id, "desk", resolution)
    except Invalid:
        # A long road leaves the county, and some of its doors with it.
        answer = Resolution(decision="answer", note="不在本市")
        view = await going.hub.desk.resolve(report.id, "desk", answer)
    return view.case_number


async def _close(going: _Run, day: float) -> None:
    """Close the cases whose problem was mended by now."""
    done = [number for closed, number in going.closing if closed < day]
    if done:
        going.closing = [one for one in going.closing if one[0] >= day]
        going.closed |= set(done)
        await going.hub.database.write(
            lambda connection: connection.execute(_CLOSE, {"no": False, "numbers": done}).rowcount
        )


def summary(judged: Sequence[Judged]) -> dict[str, Any]:
    """Precision and recall of attaching and asking, and by kind."""
    alarms = [one for one in judged if one.outcome in ("attach", "chase_up") or one.asked]
    attached = [one for one in judged if one.outcome in ("attach", "chase_up")]
    real = [one for one in judged if one.duplicate]
    found = [one for one in real if one.right]
    result: dict[str, Any] = {
        "reports": len(judged),
        "duplicates": len(real),
        "precision": _share([one for one in alarms if one.right and one.duplicate], alarms),
        "recall": _share(found, real),
        "attached": {
            "count": len(attached),
            "precision": _share([one for one in attached if one.right], attached),
            "recall": _share([one for one in found if one.outcome == "attach"], real),
        },
        "asked_of_sameness": sum(one.asked for one in judged),
        "outcomes": dict(Counter(one.outcome for one in judged)),
        "recall_by": {
            name: _share([one for one in found if test(one)], [one for one in real if test(one)])
            for name, test in _KINDS.items()
        },
        "false_alarms_by": dict(Counter(_cause(one) for one in alarms if not (one.right and one.duplicate))),
        "new_problems_by": {
            kind: _share([one for one in new if one in alarms], new)
            for kind in ("first", "near", "kind", "other", "again")
            if (new := [one for one in judged if not one.duplicate and one.told.problem.kind == kind])
        },
    }
    return result


_KINDS: dict[str, Callable[[Judged], bool]] = {
    "typed": lambda one: not one.told.heard and one.told.point is None,
    "pointed": lambda one: one.told.point is not None,
    "heard": lambda one: one.told.heard,
    "soon": lambda one: one.told.how == "soon",
    "late": lambda one: one.told.how == "late",
}


def _cause(one: Judged) -> str:
    return f"{'duplicate' if one.duplicate else one.told.problem.kind}, {one.outcome}"


def _share(some: Sequence[Judged], of: Sequence[Judged]) -> float:
    return round(len(some) / len(of), 4) if of else 1.0
