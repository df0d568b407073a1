"""并案 on SQL: a case becomes part of another and comes out again as it was; a report leaves a case it is not of.

Reports move with their case, and with them whatever hangs on their outcome: tracking, news by SMS, Open311. The case
that stays keeps the earlier of both promises to the citizens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update

from case_api.casepack import CasePack
from case_api.services import By
from case_api.store.alone import wait_for_all
from case_api.store.case_views import CaseViews
from case_api.store.casework import Casework
from case_api.store.chain import EventDraft, canonical
from case_api.store.database import Database
from case_api.store.detaching import Leaving, detach
from case_api.store.ledger import Ledger
from case_api.store.merge_rules import check_merge, check_unmerge, clocks_with, clocks_without
from case_api.store.merge_tables import CASE_MERGE
from case_api.store.moments import to_ms
from case_api.store.moving import chased_reports, member_reports, move_reports
from case_api.store.nearby import case_lock_key
from case_api.store.tables import CASE
from case_api.views import CaseDetailView
from intake.errors import NotFound, StaleVersion
from intake.model import CaseState
from intake.ports import Bus, Clock, Geocoder
from intake.topics import CASE_CHANGED

_ACTIVE = CASE_MERGE.c.undone_ms.is_(None)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SqlMerging:
    """Implements `case_api.services.Merging`."""

    database: Database
    pack: CasePack
    casework: Casework
    views: CaseViews
    geocoder: Geocoder
    bus: Bus
    clock: Clock

    async def merge(self, number: str, into: str, by: By) -> CaseDetailView:
        """Let a case become part of another; asked again, nothing more happens.

        Raises NotFound, StaleVersion, NotAllowedNow, Invalid.
        """
        at = self.clock.now()

        def work(connection: Connection) -> CaseDetailView:
            gone, kept = _locked(connection, number, into)
            if gone["merged_into"] != into:
                check_merge(gone, kept)
                _check_version(gone, by)
                self._merge(connection, gone, kept, by, at)
            return self._detail(connection, number)

        return await self._write(work)

    async def unmerge(self, number: str, by: By) -> CaseDetailView:
        """Let a merged case stand by itself again, with what it brought along and nothing else.

        Asked again, nothing more happens. Raises NotFound, StaleVersion, NotAllowedNow.
        """
        at = self.clock.now()

        def work(connection: Connection) -> CaseDetailView:
            into = _row(connection, number)["merged_into"]
            if into is not None:
                gone, kept = _locked(connection, number, into)
                check_unmerge(gone, kept)
                _check_version(gone, by)
                self._unmerge(connection, gone, kept, by, at)
            return self._detail(connection, number)

        return await self._write(work)

    async def detach(self, number: str, report_id: str, by: By) -> CaseDetailView:
        """Let one report leave a case and open its own; that case. Raises NotFound, StaleVersion, NotAllowedNow."""
        at = self.clock.now()

        def work(connection: Connection) -> CaseDetailView:
            (case,) = _locked(connection, number)
            _check_version(case, by)
            ledger = Ledger(connection, self.database.serials)
            leaving = Leaving(case, report_id, by.actor, by.note)
            opened = detach(ledger, leaving, self.pack.catalogue, (self.casework, self.geocoder), at)
            ledger.flush()
            return self._detail(connection, opened)

        return await self._write(work)

    def _merge(self, connection: Connection, gone: Row, kept: Row, by: By, at: datetime) -> None:
        number, into, at_ms = gone["number"], kept["number"], to_ms(at)
        members, chased = member_reports(connection, number), chased_reports(connection, number)
        move_reports(connection, (members, chased), (number, into), f"{by.actor}把案卷{number}并入{into}")
        moved = canonical({"members": list(members), "chased": list(chased)})
        record = {"merged_number": number, "kept_number": into, "at_ms": at_ms, "actor": by.actor, "moved": moved}
        connection.execute(insert(CASE_MERGE).values(**record, state_before=gone["state"]))
        clocks = clocks_with(kept, gone)
        _change(connection, gone, at_ms, state=str(CaseState.MERGED), open=False, merged_into=into, report_count=0)
        counts = {
            "report_count": kept["report_count"] + len(members),
            "chase_count": kept["chase_count"] + gone["chase_count"],
        }
        _change(connection, kept, at_ms, **clocks, **counts)
        told = {"report_ids": list(members), "note": by.note}
        ledger = Ledger(connection, self.database.serials)
        ledger.count(gone["street9"], gone["group_key"], gone["state"], -1)
        state = {"state": str(CaseState.MERGED)}
        ledger.record(EventDraft(number, "merged_into", at_ms, by.actor, {"into": into, **state, **told}))
        clock = {"due_ms": clocks["due_ms"], "opened_ms": clocks["opened_ms"]}
        ledger.record(EventDraft(into, "case_merged", at_ms, by.actor, {"from": number, **clock, **told}))
        ledger.flush()

    def _unmerge(self, connection: Connection, gone: Row, kept: Row, by: By, at: datetime) -> None:
        number, into, at_ms = gone["number"], kept["number"], to_ms(at)
        query = select(CASE_MERGE).where(CASE_MERGE.c.merged_number == number, _ACTIVE)
        merge = connection.execute(query.order_by(CASE_MERGE.c.id.desc())).mappings().first()
        if merge is None:
            raise NotFound(f"案卷{number}没有并案记录。", f"There is no record of merging case {number}.")
        brought = orjson.loads(merge["moved"])
        sides, why = (into, number), f"{by.actor}撤销了案卷{number}的并案"
        back = move_reports(connection, (brought["members"], brought["chased"]), sides, why)
        done = {"undone_ms": at_ms, "undone_by": by.actor}
        connection.execute(update(CASE_MERGE).where(CASE_MERGE.c.id == merge["id"]).values(**done))
        state = {"state": merge["state_before"]}
        _change(connection, gone, at_ms, **state, open=True, merged_into=None, report_count=len(back))
        query = select(CASE).where(CASE.c.merged_into == into)
        others = [dict(row) for row in connection.execute(query).mappings()]
        clocks = clocks_without(kept, gone, others)
        counts = {
            "report_count": kept["report_count"] - len(back),
            "chase_count": kept["chase_count"] - gone["chase_count"],
        }
        _change(connection, kept, at_ms, **clocks, **counts)
        ledger = Ledger(connection, self.database.serials)
        ledger.count(gone["street9"], gone["group_key"], state["state"], 1)
        told = {"report_ids": back, "note": by.note}
        own = {"from": into, **state, "due_ms": gone["due_ms"]}
        ledger.record(EventDraft(number, "unmerged", at_ms, by.actor, {**own, **told}))
        left = {"number": number, "due_ms": clocks["due_ms"], "opened_ms": clocks["opened_ms"]}
        ledger.record(EventDraft(into, "case_unmerged", at_ms, by.actor, {**left, **told}))
        ledger.flush()

    async def _write(self, work: Any) -> CaseDetailView:
        view: CaseDetailView = await self.database.write(work)
        await self.bus.publish(CASE_CHANGED, {"count": "1"})
        return view

    def _detail(self, connection: Connection, number: str) -> CaseDetailView:
        return self.views.detail(connection, _row(connection, number))


def _row(connection: Connection, number: str) -> Row:
    row = connection.execute(select(CASE).where(CASE.c.number == number)).mappings().first()
    if row is None:
        raise NotFound(f"没有编号为{number}的案卷。", f"There is no case {number}.")
    return dict(row)


def _locked(connection: Connection, *numbers: str) -> Sequence[Row]:
    """Rows that nobody else changes or matches until the transaction ends, in the order asked. Raises NotFound."""
    wait_for_all(connection, [case_lock_key(_row(connection, number)) for number in numbers])
    query = select(CASE).where(CASE.c.number.in_(numbers)).order_by(CASE.c.number).with_for_update()
    rows = {row["number"]: dict(row) for row in connection.execute(query).mappings()}
    return [rows[number] for number in numbers]


def _check_version(row: Row, by: By) -> None:
    if row["version"] != by.version:
        raise StaleVersion(
            "案卷已被他人更新，请核对后再决定。", "The case was changed since you read it; look again, then decide."
        )


def _change(connection: Connection, row: Row, at_ms: int, **changes: Any) -> None:
    moved = {"version": row["version"] + 1, "changed_ms": at_ms, **changes}
    connection.execute(update(CASE).where(CASE.c.number == row["number"]).values(**moved))
