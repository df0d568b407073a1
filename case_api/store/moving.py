"""Reports that move from one case to another, with their outcomes and the words that say why."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, bindparam, select, text, update

from case_api.store.chain import canonical
from case_api.store.merge_tables import CASE_MERGE
from case_api.store.tables import CASE_EVENT, CASE_REPORT, OUTCOME

_SOME = 500
_REWRITE = (
    update(OUTCOME)
    .where(OUTCOME.c.report_id == bindparam("id"))
    .values(case_number=bindparam("to"), trace=bindparam("steps"))
)
_MEMBERS = text("SELECT report_id FROM case_report WHERE case_number = :number ORDER BY joined_ms, report_id")


def member_reports(connection: Connection, number: str) -> Sequence[str]:
    """The reports of a case, the first that joined first."""
    return list(connection.execute(_MEMBERS, {"number": number}).scalars())


def chased_reports(connection: Connection, number: str) -> Sequence[str]:
    """The reports that are reminders (催单) of a case, or of cases it took in."""
    events = select(CASE_EVENT.c.payload).where(CASE_EVENT.c.case_number == number, CASE_EVENT.c.kind == "chased_up")
    own = [orjson.loads(payload)["report_id"] for payload in connection.execute(events).scalars()]
    taken = select(CASE_MERGE.c.moved).where(CASE_MERGE.c.kept_number == number, CASE_MERGE.c.undone_ms.is_(None))
    for moved in connection.execute(taken).scalars():
        own += orjson.loads(moved)["chased"]
    return list(dict.fromkeys(own))


def move_reports(
    connection: Connection, reports: tuple[Sequence[str], Sequence[str]], sides: tuple[str, str], why: str
) -> list[str]:
    """Move members and reminders, given as such, from one case to another, both by number.

    Those that left meanwhile stay where they are. The members that moved, in the order given.
    """
    members, chased = reports
    source, target = sides
    moved: list[str] = []
    for start in range(0, len(members), _SOME):
        some = members[start : start + _SOME]
        here = CASE_REPORT.c.report_id.in_(some) & (CASE_REPORT.c.case_number == source)
        there = set(connection.execute(select(CASE_REPORT.c.report_id).where(here)).scalars())
        connection.execute(update(CASE_REPORT).where(here).values(case_number=target))
        moved += [one for one in some if one in there]
    _explain(connection, [*moved, *chased], sides, why)
    return moved


def _explain(connection: Connection, report_ids: Sequence[str], sides: tuple[str, str], why: str) -> None:
    """Outcomes follow their reports; each trace gets a step that says why."""
    source, target = sides
    step = {"step": "merge", "found": f"{source} → {target}", "reasons": [why]}
    for start in range(0, len(report_ids), _SOME):
        query = select(OUTCOME.c.report_id, OUTCOME.c.trace).where(
            OUTCOME.c.report_id.in_(report_ids[start : start + _SOME]), OUTCOME.c.case_number == source
        )
        rows = [
            {"id": row.report_id, "to": target, "steps": canonical([*orjson.loads(row.trace), step])}
            for row in connection.execute(query)
        ]
        if rows:
            connection.execute(_REWRITE, rows)
