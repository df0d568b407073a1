"""Filing without a city: one unit for everything, a day for everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.model import CategoryGuess


@dataclass(frozen=True, slots=True)
class FakeUnit:
    """A unit known by its code."""

    code: str


@dataclass(frozen=True, slots=True)
class FakePlan:
    """A plan as the store reads it."""

    unit: FakeUnit
    unit_reasons: tuple[str, ...]
    due_at: datetime
    due_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FakeFiling:
    """Implements `case_api.store.filing_plan.PlansFiling`."""

    unit_code: str = "U01"

    def plan(self, guess: CategoryGuess, code12: str, at: datetime) -> FakePlan:
        """The unit, and a day from `at`."""
        reasons = (f"{guess.category.key} {code12}",)
        return FakePlan(FakeUnit(self.unit_code), reasons, at + timedelta(days=1), ("一天",))
