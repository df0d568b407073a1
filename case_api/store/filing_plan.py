"""What a case needs to know of filing: who answers for it, until when, and why. `case_api.dispatch` knows how."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from intake.model import CategoryGuess


class PlannedUnit(Protocol):
    """责任单位, by its code."""

    @property
    def code(self) -> str: ...


class FilingPlan(Protocol):
    """Unit and due time with their reasons."""

    @property
    def unit(self) -> PlannedUnit: ...

    @property
    def unit_reasons(self) -> Sequence[str]: ...

    @property
    def due_at(self) -> datetime: ...

    @property
    def due_reasons(self) -> Sequence[str]: ...


class PlansFiling(Protocol):
    """Plans a case as if it were dispatched at `at`, which is aware."""

    def plan(self, guess: CategoryGuess, code12: str, at: datetime, /) -> FilingPlan:
        """Never raises: what no rule covers goes to a default unit."""
        ...
