"""What is done to cases: opened, joined by a report, chased up. Each leaves its event in the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from case_api.store.chain import EventDraft, canonical
from case_api.store.filing_plan import PlansFiling
from case_api.store.ledger import Ledger
from case_api.store.moments import to_ms
from case_api.store.numbers import case_number, day_of
from case_api.store.plane import Plane, bucket
from intake.errors import NotFound
from intake.model import CaseState, CategoryGuess, Location, Urgency

_TOUCH = text(
    "UPDATE case_file SET report_count = report_count + :reports, chase_count = chase_count + :chases, "
    "version = version + 1, changed_ms = :at WHERE number = :number RETURNING version",
)
_MERGED_INTO = text("SELECT merged_into FROM case_file WHERE number = :number")


@dataclass(frozen=True, slots=True)
class Member:
    """A report as a case holds it: the fingerprint of its words, the looks of its photos (hex, blanks between)."""

    report_id: str
    fingerprint: str
    looks: str | None = None


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is opened from. `text` is what its first report said, as it was told."""

    member: Member
    text: str
    location: Location
    guess: CategoryGuess
    urgency: Urgency
    alternatives: tuple[CategoryGuess, ...]
    actor: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Casework:
    """Case operations inside a transaction; the ledger writes them."""

    filing: PlansFiling
    plane: Plane

    def open(self, ledger: Ledger, new: NewCase, at: datetime) -> str:
        """File a case at once; it waits for dispatch. The number it got."""
        day = day_of(at)
        number = case_number(day, ledger.serial(f"case:{day}"))
        row = self._row(number, new, at)
        ledger.add("case", row)
        ledger.add("case_report", _membership(number, new.member, to_ms(at)))
        ledger.count(row["street9"], row["group_key"], row["state"], 1)
        payload = {
            "report_id": new.member.report_id,
            "state": row["state"],
            "category_key": row["category_key"],
            "condition_number": row["condition_number"],
            "urgency": row["urgency"],
            "lon": row["lon"],
            "lat": row["lat"],
            "cell": row["cell"],
            "code12": row["code12"],
            "unit_code": row["unit_code"],
            "due_ms": row["due_ms"],
            "reasons": list(new.reasons),
        }
        ledger.record(EventDraft(number, "opened", row["opened_ms"], new.actor, payload), first=True)
        return number

    def _row(self, number: str, new: NewCase, at: datetime) -> dict[str, Any]:
        location, category, condition = new.location, new.guess.category, new.guess.condition
        plan = self.filing.plan(new.guess, location.code12, at)
        x, y = self.plane.metres(location.lon, location.lat)
        at_ms = to_ms(at)
        proposed = {
            "unit": list(plan.unit_reasons),
            "due": list(plan.due_reasons),
            "category": list(new.guess.reasons),
            "confidence": round(new.guess.confidence, 3),
            "alternatives": [
                {"category_key": one.category.key, "confidence": round(one.confidence, 3)} for one in new.alternatives
            ],
        }
        return {
            "number": number,
            "standard": category.standard,
            "category_key": category.key,
            "group_key": category.group,
            "condition_number": condition.number,
            "urgency": str(new.urgency),
            "state": str(CaseState.FILED),
            "open": True,
            "text": new.text,
            "lon": location.lon,
            "lat": location.lat,
            "accuracy_metres": location.accuracy_metres,
            "precision": str(location.precision),
            "address": location.address,
            "code12": location.code12,
            "street9": location.code12[:9],
            "cell": location.cell,
            "confidence": location.confidence,
            "found_by": location.found_by,
            "x_metres": x,
            "y_metres": y,
            "bucket_x": bucket(x),
            "bucket_y": bucket(y),
            "unit_code": plan.unit.code,
            "proposed": canonical(proposed),
            "due_ms": to_ms(plan.due_at),
            "opened_ms": at_ms,
            "dispatched_ms": None,
            "changed_ms": at_ms,
            "version": 1,
            "report_count": 1,
        }

    def attach(self, ledger: Ledger, number: str, member: Member, draft: EventDraft, *, seen: bool = False) -> None:
        """Let a report join a case; one that was `seen` in this transaction is counted at its end. Raises NotFound."""
        if seen:
            ledger.join(number, draft.at_ms)
        else:
            touch(ledger.connection, number, draft.at_ms, reports=1)
        ledger.add("case_report", _membership(number, member, draft.at_ms))
        ledger.record(draft)

    def chase_up(self, ledger: Ledger, draft: EventDraft) -> None:
        """催单: an event on the case, never a new one. Raises NotFound."""
        touch(ledger.connection, draft.case_number, draft.at_ms, chases=1)
        ledger.record(draft)


def touch(connection: Connection, number: str, at_ms: int, *, reports: int = 0, chases: int = 0) -> int:
    """Count a change of a case; its new version. Raises NotFound."""
    counted = {"number": number, "at": at_ms, "reports": reports, "chases": chases}
    version = connection.execute(_TOUCH, counted).scalar_one_or_none()
    if version is None:
        raise NotFound(f"没有编号为{number}的案卷。", f"There is no case {number}.")
    return int(version)


def standing(connection: Connection, number: str) -> str:
    """The case that a number stands for now: itself, or the one it was merged into, and so on."""
    while merged_into := connection.execute(_MERGED_INTO, {"number": number}).scalar():
        number = merged_into
    return number


def _membership(number: str, member: Member, joined_ms: int) -> dict[str, Any]:
    return {
        "report_id": member.report_id,
        "case_number": number,
        "fingerprint": member.fingerprint,
        "joined_ms": joined_ms,
        "looks": member.looks,
    }
