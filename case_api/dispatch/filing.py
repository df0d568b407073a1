"""What filing a case would mean: which unit, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from case_api.catalogue import Catalogue
from case_api.clocks import WorkCalendar
from case_api.dispatch.responsibility import Responsibility
from case_api.dispatch.units import Unit
from intake.model import CategoryGuess


@dataclass(frozen=True, slots=True)
class FilingPlan:
    """The proposed unit and deadline (aware, city zone), each with its reasons (zh)."""

    unit: Unit
    unit_reasons: tuple[str, ...]
    due_at: datetime
    due_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """Plans a case by the tables of a city."""

    catalogue: Catalogue
    responsibility: Responsibility
    calendar: WorkCalendar

    def plan(self, guess: CategoryGuess, code12: str, at: datetime) -> FilingPlan:
        """Unit and deadline as if the case were dispatched at `at` (aware). With the tables of a checked pack it
        never raises: a place that no row covers goes to the unit of last resort."""
        category, condition = guess.category, guess.condition
        assignment = self.responsibility.find(category, code12)
        deadline = self.calendar.deadline(at, condition.limit_value, condition.limit_unit)
        head = f"立案条件{condition.number}“{condition.filing}”：时限{condition.limit_value}个{condition.limit_unit}"
        return FilingPlan(assignment.unit, assignment.reasons, deadline.due_at, (head, *deadline.explanation))
