"""Cases as the centre sees them: enough to decide about sameness, no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.model.decision import Decision


class CaseState(StrEnum):
    """Where a case stands. `FILED` waits for dispatch (待派遣); `MERGED` is part of another case (已并入)."""

    FILED = "filed"
    DISPATCHED = "dispatched"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class CaseGlimpse:
    """An open case near a report: what sameness is judged by. `fingerprints` are those of its reports' texts.

    `other_keys` are the other readings of its category, 0-1 beside the one it was filed under; `looks` are those of its
    photos. `own`: the sender reported it; `named`: the report names its number. Such a case may be far away, or nobody
    knows how far (infinite).
    """

    number: str
    category_key: str
    distance_metres: float
    accuracy_metres: float
    opened_at: datetime
    text: str
    fingerprints: frozenset[str]
    address: str = ""
    other_keys: Mapping[str, float] = field(default_factory=dict)
    last_told_at: datetime | None = None
    looks: frozenset[str] = frozenset()
    own: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one report. `case_number` is None when no case holds it."""

    report_id: str
    decision: Decision
    case_number: str | None
