"""Cases in memory, all of a batch or nothing."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from intake.errors import NotFound
from intake.model import (
    AnswerOnly,
    AskOperator,
    AttachToCase,
    CaseGlimpse,
    ChaseUp,
    Decision,
    GivenPoint,
    Location,
    OpenCase,
    Settled,
    Understanding,
)
from intake.ports import Clock, Decide
from tests.fakes.report_store import FakeReportStore

_METRES_PER_DEGREE = 111_000.0


@dataclass(slots=True)
class FakeCase:
    """One case: its first report's words and place, and the fingerprint of every report by id."""

    number: str
    decision: OpenCase
    text: str
    opened_at: datetime
    reports: dict[str, str]
    chased_up: int = 0


@dataclass(slots=True)
class FakeCaseStore:
    """Implements `intake.ports.CaseStore` beside a `FakeReportStore`. `cases` are by number, `asked` by report."""

    reports: FakeReportStore
    clock: Clock
    cases: dict[str, FakeCase] = field(default_factory=dict)
    asked: dict[str, AskOperator] = field(default_factory=dict)

    async def settle(self, batch: Sequence[Understanding], decide: Decide) -> Sequence[Settled]:
        """Settle the batch; whatever `decide` raises leaves everything as it was."""
        cases, asked = copy.deepcopy(self.cases), dict(self.asked)
        waiting = set(self.reports.waiting_ids())
        settled: list[Settled] = []
        for understood in batch:
            report_id = understood.report.id
            if report_id not in waiting:
                continue
            waiting.remove(report_id)
            decision = decide(understood, _near(cases, understood))
            settled.append(Settled(report_id, decision, self._apply(cases, asked, understood, decision)))
        self.cases, self.asked = cases, asked
        self.reports.take(one.report_id for one in settled)
        self.reports.places |= {one: self._place(case) for case in cases.values() for one in case.reports}
        return settled

    def _place(self, case: FakeCase) -> tuple[str, GivenPoint]:
        where = case.decision.location
        return case.number, GivenPoint(where.lon, where.lat, where.datum, where.accuracy_metres)

    def _apply(
        self, cases: dict[str, FakeCase], asked: dict[str, AskOperator], understood: Understanding, decision: Decision
    ) -> str | None:
        report_id = understood.report.id
        match decision:
            case OpenCase():
                at = self.clock.now()
                number = f"{at:%y%m%d}{len(cases) + 1:05d}"
                members = {report_id: understood.fingerprint}
                cases[number] = FakeCase(number, decision, understood.report.text.strip(), at, members)
                return number
            case AttachToCase(case_number=number):
                _known(cases, number).reports[report_id] = understood.fingerprint
                return number
            case ChaseUp(case_number=number):
                _known(cases, number).chased_up += 1
                return number
            case AnswerOnly():
                return None
            case AskOperator():
                asked[report_id] = decision
                return None
        assert_never(decision)


def _known(cases: dict[str, FakeCase], number: str) -> FakeCase:
    if number not in cases:
        raise NotFound(f"没有编号为{number}的案卷。", f"There is no case {number}.")
    return cases[number]


def _near(cases: dict[str, FakeCase], understood: Understanding) -> list[CaseGlimpse]:
    location, guesses = understood.location, understood.classification.guesses
    if location is None or not guesses:
        return []
    group = guesses[0].category.group
    reach_metres = guesses[0].category.radius_metres + location.accuracy_metres + 400
    glimpses = [_glimpse(one, location) for one in cases.values() if one.decision.guess.category.group == group]
    return [one for one in glimpses if one.distance_metres <= reach_metres]


def _glimpse(case: FakeCase, location: Location) -> CaseGlimpse:
    place = case.decision.location
    east = (place.lon - location.lon) * math.cos(math.radians(location.lat))
    return CaseGlimpse(
        number=case.number,
        category_key=case.decision.guess.category.key,
        distance_metres=math.hypot(east, place.lat - location.lat) * _METRES_PER_DEGREE,
        accuracy_metres=place.accuracy_metres,
        opened_at=case.opened_at,
        text=case.text,
        fingerprints=frozenset(case.reports.values()),
    )
