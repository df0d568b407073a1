"""What the desk teaches: texts whose category a person chose or put right, out of what the store keeps anyway."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, select

from case_api.catalogue import Catalogue, Lesson
from case_api.store.database import Database
from case_api.store.tables import CASE, CORRECTION, DESK_ITEM, OUTCOME, REPORT
from intake.model.contact import mask_numbers

_OPENED = "open"


@dataclass(frozen=True, slots=True)
class SqlLessons:
    """Lessons of one installation. Numbers of people are masked, as in every text that is shown."""

    database: Database
    catalogue: Catalogue

    async def newest(self, limit: int) -> list[Lesson]:
        """The newest first, each text once; categories that the standard of today does not list are left out."""
        return await self.database.read(lambda connection: self._read(connection, limit))

    def _read(self, connection: Connection, limit: int) -> list[Lesson]:
        found = [*_desk_choices(connection, self.catalogue.standard, limit), *_corrections(connection, limit)]
        lessons: dict[str, Lesson] = {}
        for _, text, key, number in sorted(found, key=lambda one: (-one[0], one[1])):
            entry = self.catalogue.find(key)
            if entry is not None and text:
                condition = number if any(rule.condition.number == number for rule in entry.rules) else None
                lessons.setdefault(text, Lesson(text, "problem", key, condition, "desk"))
        return list(lessons.values())[:limit]


_Choice = tuple[int, str, str, int | None]


def _desk_choices(connection: Connection, standard: str, limit: int) -> list[_Choice]:
    """Questions that a person answered with a case of their own: when, text, category, condition."""
    query = (
        select(DESK_ITEM.c.resolved_ms, DESK_ITEM.c.found, CASE.c.category_key, CASE.c.condition_number)
        .join(OUTCOME, OUTCOME.c.report_id == DESK_ITEM.c.report_id)
        .join(CASE, CASE.c.number == OUTCOME.c.case_number)
        .where(DESK_ITEM.c.resolved_ms.is_not(None), OUTCOME.c.kind == _OPENED, CASE.c.standard == standard)
        .order_by(DESK_ITEM.c.resolved_ms.desc())
        .limit(limit)
    )
    rows = connection.execute(query).all()
    return [(at, orjson.loads(found)["text"].strip(), key, number) for at, found, key, number in rows]


def _corrections(connection: Connection, limit: int) -> list[_Choice]:
    """Categories that a person put right beside a report; the text is the corrected one where there is one."""
    query = (
        select(CORRECTION.c.report_id, CORRECTION.c.at_ms, CORRECTION.c.value, REPORT.c.text)
        .join(REPORT, REPORT.c.id == CORRECTION.c.report_id)
        .where(CORRECTION.c.field == "category")
        .order_by(CORRECTION.c.id.desc())
        .limit(limit)
    )
    rows = connection.execute(query).all()
    texts = {report_id: text for report_id, _, _, text in rows}
    said = select(CORRECTION.c.report_id, CORRECTION.c.value).where(CORRECTION.c.field == "text")
    for report_id, text in connection.execute(said.order_by(CORRECTION.c.id)).all():
        if report_id in texts:
            texts[report_id] = text
    return [(at, mask_numbers(texts[report_id].strip()), key, None) for report_id, at, key, _ in rows]
