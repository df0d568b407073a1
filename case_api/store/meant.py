"""The case that a chase-up (催单) means: the one whose number it names, and those its sender reported."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, String, bindparam, text

from case_api.store.glimpses import COLUMNS, MEMBER, by_case, glimpse_of
from case_api.store.nearby import Area
from intake.model import CaseGlimpse, Understanding

_NUMBER = re.compile(r"(?<!\d)\d{11,14}(?!\d)")
_MOST = 10
# Case numbers, and tracking numbers of reports. A case that was merged is meant as the one that took it in.
_NAMED = text(
    f"SELECT {COLUMNS}, {MEMBER} FROM case_file c JOIN case_report r ON r.case_number = c.number "  # noqa: S608 - constants only
    "WHERE c.open AND c.number IN ("
    "SELECT coalesce(m.merged_into, m.number) FROM case_file m WHERE m.number IN :numbers "
    "UNION SELECT o.case_number FROM report t JOIN outcome o ON o.report_id = t.id "
    "WHERE t.tracking_number IN :numbers)",
).bindparams(bindparam("numbers", expanding=True, type_=String))
_OWN = text(
    f"SELECT {COLUMNS}, {MEMBER} FROM ("  # noqa: S608 - constants only
    "SELECT DISTINCT j.case_number FROM report me JOIN report mine ON mine.phone_key = me.phone_key "
    "AND mine.id <> me.id JOIN case_report j ON j.report_id = mine.id "
    "WHERE me.id = :report_id AND me.phone_key IS NOT NULL) o "
    "JOIN case_file c ON c.number = o.case_number AND c.open JOIN case_report r ON r.case_number = c.number "
    "ORDER BY c.opened_ms DESC",
)


def find_meant(connection: Connection, understood: Understanding, area: Area | None) -> list[CaseGlimpse]:
    """Open cases that are named, then the sender's own, newest first, at most ten of them."""
    numbers = list(dict.fromkeys(_NUMBER.findall(understood.report.text)))[:_MOST]
    named: Collection[Any] = ()
    if numbers:
        named = by_case([tuple(row) for row in connection.execute(_NAMED, {"numbers": numbers})]).values()
    rows = connection.execute(_OWN, {"report_id": understood.report.id})
    own = by_case([tuple(row) for row in rows])
    guesses = understood.classification.guesses
    key = guesses[0].category.key if guesses else None
    called = {row[0] for row, _ in named}
    return [
        *(glimpse_of(one, key, _away(one[0], area), named=True, own=one[0][0] in own) for one in named),
        *(glimpse_of(one, key, _away(one[0], area), own=True) for one in own.values() if one[0][0] not in called),
    ][: len(named) + _MOST]


def _away(row: Any, area: Area | None) -> float:
    return math.inf if area is None else math.hypot(row[2] - area.x_metres, row[3] - area.y_metres)
