"""What each report of a batch can see of known cases, those that the batch itself opens among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from case_api.store.alone import has_locks, wait_for_all
from case_api.store.ledger import Ledger
from case_api.store.meant import find_meant
from case_api.store.nearby import Area, area_of, find_near, find_near_many
from case_api.store.plane import Plane
from intake.model import CaseGlimpse, Intent, Understanding


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The areas of a batch, by report, and what was known there when it began, where that was asked for at once."""

    ledger: Ledger
    areas: dict[str, Area]
    known: dict[str, list[CaseGlimpse]]
    window_days: int

    @classmethod
    def of(cls, ledger: Ledger, batch: Sequence[Understanding], plane: Plane, window_days: int) -> Self:
        """Look around for a batch. Writers that look at the same place do so one after the other from here on."""
        areas = {one.report.id: area for one in batch if (area := area_of(one, plane)) is not None}
        known: dict[str, list[CaseGlimpse]] = {}
        if has_locks(ledger.connection):
            wait_for_all(ledger.connection, (key for area in areas.values() for key in area.lock_keys()))
            wanted = [(one, area) for one in batch if (area := areas.get(one.report.id)) and area.groups]
            found = find_near_many(ledger.connection, wanted, window_days) if wanted else []
            known = {one.report.id: near for (one, _), near in zip(wanted, found, strict=True)}
        return cls(ledger, areas, known, window_days)

    def near(self, understood: Understanding) -> list[CaseGlimpse]:
        """Open cases that a report may mean: those near it; what a chase-up means by itself comes first."""
        near = self._near(understood)
        if understood.classification.intent is not Intent.CHASE_UP:
            return near
        self.ledger.flush_cases()
        meant = find_meant(self.ledger.connection, understood, self.areas.get(understood.report.id))
        numbers = {one.number for one in meant}
        return [*meant, *(one for one in near if one.number not in numbers)]

    def _near(self, understood: Understanding) -> list[CaseGlimpse]:
        """Asked for again when the batch has changed something there."""
        area = self.areas.get(understood.report.id)
        if area is None:
            return []
        known = self.known.get(understood.report.id)
        if known is not None and not self.ledger.has_changed(area.holds, known):
            return known
        if not area.groups or self.ledger.joins_known_cases() or any(map(area.holds, self.ledger.fresh_cases())):
            self.ledger.flush_cases()
        return find_near(self.ledger.connection, understood, area, self.window_days)
