"""派遣 on SQL: the case goes to its unit and the clock starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select, update

from case_api.casepack import CasePack
from case_api.dispatch.filing import Filing, FilingPlan
from case_api.store.case_views import CaseViews
from case_api.store.chain import EventDraft, canonical
from case_api.store.database import Database
from case_api.store.ledger import Ledger
from case_api.store.moments import to_ms
from case_api.store.states import state_names
from case_api.store.tables import CASE
from case_api.views import CaseDetailView
from intake.errors import FieldFault, Invalid, NotAllowedNow, NotFound, StaleVersion
from intake.model import CaseState, CategoryGuess
from intake.ports import Bus, Clock
from intake.topics import CASE_CHANGED


@dataclass(frozen=True, slots=True)
class SqlDispatch:
    """Implements `case_api.services.Dispatch`."""

    database: Database
    pack: CasePack
    filing: Filing
    views: CaseViews
    bus: Bus
    clock: Clock

    async def dispatch(self, number: str, version: int, actor: str, unit_code: str | None, note: str) -> CaseDetailView:
        """Send the case to the unit; the limit runs from now. Raises NotFound, StaleVersion, NotAllowedNow, Invalid."""
        if unit_code is not None and not self.pack.units.knows(unit_code):
            fault = FieldFault("/unit_code", "没有这个责任单位。", "There is no such unit.")
            raise Invalid("请选择责任单位。", "Choose a unit.", (fault,))
        at = self.clock.now()

        def work(connection: Connection) -> CaseDetailView:
            row = self._row_to_move(connection, number, version)
            changes = self._changes(row, unit_code, at)
            moved = {**row, **changes}
            connection.execute(update(CASE).where(CASE.c.number == number).values(**changes))
            ledger = Ledger(connection, self.database.serials)
            ledger.count(row["street9"], row["group_key"], row["state"], -1)
            ledger.count(row["street9"], row["group_key"], moved["state"], 1)
            payload = {
                "state": moved["state"],
                "unit_code": moved["unit_code"],
                "proposed_unit_code": row["unit_code"],
                "due_ms": moved["due_ms"],
                "note": note,
            }
            ledger.record(EventDraft(number, "dispatched", to_ms(at), actor, payload))
            ledger.flush()
            return self.views.detail(connection, moved)

        view = await self.database.write(work)
        await self.bus.publish(CASE_CHANGED, {"count": "1"})
        return view

    def _row_to_move(self, connection: Connection, number: str, version: int) -> Mapping[str, Any]:
        row = connection.execute(select(CASE).where(CASE.c.number == number).with_for_update()).mappings().first()
        if row is None:
            raise NotFound(f"没有编号为{number}的案卷。", f"There is no case {number}.")
        if row["version"] != version:
            raise StaleVersion(
                "案卷已被他人更新，请核对后再派遣。",
                "The case was changed since you read it; look again, then decide.",
            )
        if row["state"] != CaseState.FILED:
            zh, en = state_names(row["state"])
            raise NotAllowedNow(f"案卷现为“{zh}”，不能再派遣。", f"The case is {en}; it cannot be dispatched.")
        return dict(row)

    def _reasons(self, row: Mapping[str, Any], unit_code: str, plan: FilingPlan) -> Mapping[str, Any]:
        """The due time counts from now; a unit that was not proposed is the dispatcher's word."""
        known = orjson.loads(row["proposed"])
        if unit_code == row["unit_code"]:
            return {**known, "due": list(plan.due_reasons)}
        units = self.pack.units
        changed = f"派遣员改派至{units.name_of(unit_code)}，原建议为{units.name_of(row['unit_code'])}"
        return {**known, "due": list(plan.due_reasons), "unit": [changed, *known["unit"]]}

    def _changes(self, row: Mapping[str, Any], unit_code: str | None, at: datetime) -> dict[str, Any]:
        guess = CategoryGuess(
            category=self.pack.catalogue.entry(row["category_key"], row["standard"]).category,
            condition=self.pack.catalogue.condition(row["category_key"], row["condition_number"], row["standard"]),
            confidence=1.0,
        )
        plan = self.filing.plan(guess, row["code12"], at)
        chosen = unit_code or row["unit_code"]
        return {
            "state": str(CaseState.DISPATCHED),
            "unit_code": chosen,
            "proposed": canonical(self._reasons(row, chosen, plan)),
            "due_ms": to_ms(plan.due_at),
            "dispatched_ms": to_ms(at),
            "changed_ms": to_ms(at),
            "version": row["version"] + 1,
        }
