"""The schema as SQLAlchemy Core tables: what the hot paths and the queries are written with."""

from __future__ import annotations

from sqlalchemy import Table
from sqlmodel import SQLModel

from case_api.store import schema


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


REPORT = _table(schema.ReportRow)
WAITING = _table(schema.WaitingRow)
PARKED = _table(schema.ParkedRow)
CORRECTION = _table(schema.CorrectionRow)
OUTCOME = _table(schema.OutcomeRow)
DESK_ITEM = _table(schema.DeskItemRow)
INSTALLATION = _table(schema.InstallationRow)
CASE = _table(schema.CaseRow)
CASE_REPORT = _table(schema.CaseReportRow)
CASE_EVENT = _table(schema.CaseEventRow)
OUTBOX = _table(schema.OutboxRow)
UNANCHORED = _table(schema.UnanchoredRow)
ANCHOR = _table(schema.AnchorRow)
ANCHOR_LEAF = _table(schema.AnchorLeafRow)
CASE_COUNT = _table(schema.CaseCountRow)
