"""A report is looked at again: the question to the desk and its outcome are withdrawn, and it waits as at first.

Only while nobody at the desk has answered: whoever is faster decides, and a report never has two outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, text

from case_api.store.arrivals import waiting_row
from case_api.store.reports import append_corrections
from case_api.store.tables import WAITING
from intake.model import Correction

# The desk resolves by an update of the same row under the same condition: one of the two finds nothing.
_WITHDRAW = text("DELETE FROM desk_item WHERE report_id = :id AND resolved_ms IS NULL")
_FORGET = text("DELETE FROM outcome WHERE report_id = :id")


def look_again(connection: Connection, report_id: str, corrections: Sequence[Correction], at_ms: int) -> bool:
    """Append the corrections; then let the report wait again, unless it is decided: False then.

    Inside the caller's transaction.
    """
    append_corrections(connection, report_id, corrections)
    if not connection.execute(_WITHDRAW, {"id": report_id}).rowcount:
        return False
    connection.execute(_FORGET, {"id": report_id})
    connection.execute(insert(WAITING), [waiting_row(report_id, at_ms)])
    return True
