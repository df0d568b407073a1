"""Cases as the centre sees them: enough to decide about sameness, no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.model.decision import Decision


class CaseState(StrEnum):
    """Where a case stands. `FILED` waits for dispatch (待派遣)."""

    FILED = "filed"
    DISPATCHED = "dispatched"


@dataclass(frozen=True, slots=True)
class CaseGlimpse:
    """An open case near a report: what sameness is judged by. `fingerprints` are those of its reports' texts."""

    number: str
    category_key: str
    distance_metres: float
    accuracy_metres: float
    opened_at: datetime
    text: str
    fingerprints: frozenset[str]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one report. `case_number` is None when no case holds it."""

    report_id: str
    decision: Decision
    case_number: str | None
