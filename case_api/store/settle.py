"""The CaseStore port on SQL: match, decide and write a batch of reports in one short transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection, String, bindparam, text

from case_api.store.alone import has_locks
from case_api.store.casework import Casework, Member, NewCase
from case_api.store.chain import EventDraft, canonical
from case_api.store.database import Database
from case_api.store.found import found_json
from case_api.store.ledger import Ledger
from case_api.store.moments import to_ms
from case_api.store.prepared import Prepared, pipelined
from case_api.store.surroundings import Surroundings
from intake.model import (
    AnswerOnly,
    AskOperator,
    AttachToCase,
    ChaseUp,
    Decision,
    OpenCase,
    Settled,
    TraceStep,
    Understanding,
)
from intake.model.contact import mask_numbers
from intake.model.decision import OUTCOMES
from intake.ports import Clock, Decide
from intake.sameness import match_step

_TAKE = text("DELETE FROM waiting WHERE report_id IN :ids RETURNING report_id").bindparams(
    bindparam("ids", expanding=True, type_=String),
)
_TAKE_TOGETHER = Prepared(
    text("DELETE FROM waiting WHERE report_id = ANY(CAST(:ids AS TEXT[])) RETURNING report_id"),
)
ACTOR = "hub"


@dataclass(frozen=True, slots=True)
class SqlCaseStore:
    """Implements `intake.ports.CaseStore`. Sameness is sought among cases of the last `window_days`."""

    database: Database
    casework: Casework
    clock: Clock
    window_days: int = field(default=30)

    async def settle(self, batch: Sequence[Understanding], decide: Decide) -> Sequence[Settled]:
        """Settle the batch in one transaction. Raises Temporary; then nothing is written."""
        at = self.clock.now()
        return await self.database.write(lambda connection: self._settle(connection, batch, decide, at))

    def _settle(
        self,
        connection: Connection,
        batch: Sequence[Understanding],
        decide: Decide,
        at: datetime,
    ) -> list[Settled]:
        """Whoever takes a report out of `waiting` gives it its outcome: in this transaction, once."""
        ledger = Ledger(connection, self.database.serials)
        with pipelined(connection):
            rows = _take(connection, [one.report.id for one in batch])
            around = Surroundings.of(ledger, batch, self.casework.plane, self.window_days)
        taken = {row[0] for row in rows}
        settled = []
        for understood in batch:
            if understood.report.id in taken:
                taken.remove(understood.report.id)
                glimpses = around.near(understood)
                decision = decide(understood, glimpses)
                seen = {one.number for one in glimpses}
                number = self._apply(ledger, understood, decision, seen, at)
                steps = (*understood.trace, match_step(glimpses), _decide_step(decision, number))
                ledger.add("outcome", _outcome(understood.report.id, steps, (OUTCOMES[type(decision)], number), at))
                settled.append(Settled(understood.report.id, decision, number))
        ledger.flush()
        return settled

    def _apply(
        self, ledger: Ledger, understood: Understanding, decision: Decision, seen: AbstractSet[str], at: datetime
    ) -> str | None:
        """Carry a decision out; `seen` are the cases it was made among."""
        report_id = understood.report.id
        match decision:
            case OpenCase():
                return self.casework.open(ledger, _new_case(understood, decision), at)
            case AttachToCase(case_number=number):
                draft = _draft(number, "report_attached", at, report_id, decision.reasons)
                self.casework.attach(ledger, number, member_of(understood), draft, seen=number in seen)
                return number
            case ChaseUp(case_number=number):
                ledger.flush_cases()
                self.casework.chase_up(ledger, _draft(number, "chased_up", at, report_id, decision.reasons))
                return number
            case AnswerOnly():
                return None
            case AskOperator():
                ledger.add("desk_item", _desk_item(understood, decision, at))
                return None
        assert_never(decision)


def _take(connection: Connection, ids: Sequence[str]) -> Iterable[Sequence[Any]]:
    """Take reports out of `waiting`; a row for each that was there."""
    if has_locks(connection):
        rows: Iterable[Sequence[Any]] = _TAKE_TOGETHER.send(connection, {"ids": list(ids)})
        return rows
    return connection.execute(_TAKE, {"ids": ids}).all()


def _draft(number: str, kind: str, at: datetime, report_id: str, reasons: Sequence[str]) -> EventDraft:
    return EventDraft(number, kind, to_ms(at), ACTOR, {"report_id": report_id, "reasons": list(reasons)})


def member_of(understood: Understanding) -> Member:
    """A report as its case will hold it."""
    looks = " ".join(one.look for one in understood.report.evidence if one.look)
    return Member(understood.report.id, understood.fingerprint, looks or None)


def _new_case(understood: Understanding, decision: OpenCase) -> NewCase:
    return NewCase(
        member=member_of(understood),
        text=mask_numbers(understood.report.text.strip()),
        location=decision.location,
        guess=decision.guess,
        urgency=decision.urgency,
        alternatives=decision.alternatives,
        actor=ACTOR,
        reasons=decision.reasons,
    )


def _decide_step(decision: Decision, number: str | None) -> TraceStep:
    kind = OUTCOMES[type(decision)]
    asked = (decision.question,) if isinstance(decision, AskOperator) else ()
    return TraceStep("decide", f"{kind} {number}" if number else kind, (*asked, *decision.reasons))


def _outcome(
    report_id: str, steps: Sequence[TraceStep], became: tuple[str, str | None], at: datetime
) -> dict[str, Any]:
    """The row of a report's outcome; `became` is its kind and the number of its case."""
    kind, number = became
    trace = [{"step": one.step, "found": one.found, "reasons": list(one.reasons)} for one in steps]
    return {
        "report_id": report_id,
        "kind": kind,
        "case_number": number,
        "at_ms": to_ms(at),
        "trace": canonical(trace),
    }


def _desk_item(understood: Understanding, decision: AskOperator, at: datetime) -> dict[str, Any]:
    return {
        "report_id": understood.report.id,
        "question": decision.question,
        "similar": canonical(list(decision.similar)),
        "reasons": canonical(list(decision.reasons)),
        "found": found_json(understood),
        "created_ms": to_ms(at),
        "resolved_ms": None,
        "resolved_by": None,
    }
