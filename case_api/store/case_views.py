"""Case rows as the shapes of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, String, bindparam, text

from case_api.casepack import CasePack
from case_api.store.moments import from_ms
from case_api.store.states import state_names
from case_api.views import (
    AlternativeView,
    CaseDetailView,
    CaseView,
    CategoryView,
    EventView,
    LocationView,
    ReasonsView,
    UnitView,
)
from intake.model import Category, Datum

_MEMBERS = text(
    "SELECT case_number, report_id FROM case_report WHERE case_number IN :numbers ORDER BY joined_ms, report_id",
).bindparams(bindparam("numbers", expanding=True, type_=String))

_MERGED = text("SELECT number FROM case_file WHERE merged_into = :number ORDER BY number")


@dataclass(frozen=True, slots=True)
class CaseViews:
    """Turns rows into views with the names of the pack."""

    pack: CasePack

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[CaseView]:
        """Views of case rows, in their order, with the ids of their reports."""
        members: dict[str, list[str]] = {}
        numbers = [row["number"] for row in rows]
        for number, report_id in connection.execute(_MEMBERS, {"numbers": numbers}) if numbers else ():
            members.setdefault(number, []).append(report_id)
        return [self.one(row, members.get(row["number"], [])) for row in rows]

    def detail(self, connection: Connection, row: Mapping[str, Any]) -> CaseDetailView:
        """The view of one case row with its reasons."""
        (view,) = self.many(connection, [row])
        proposed = orjson.loads(row["proposed"])
        known = (
            (one, self.pack.catalogue.find(one["category_key"], row["standard"])) for one in proposed["alternatives"]
        )
        return CaseDetailView(
            **dict(view),
            reasons=ReasonsView(unit=proposed["unit"], due=proposed["due"], category=proposed["category"]),
            alternatives=[
                AlternativeView(category=category_view(entry.category), confidence=one["confidence"])
                for one, entry in known
                if entry is not None
            ],
            merged=list(connection.execute(_MERGED, {"number": row["number"]}).scalars()),
        )

    def one(self, row: Mapping[str, Any], report_ids: list[str]) -> CaseView:
        """The view of one case row."""
        category = self.pack.catalogue.entry(row["category_key"], row["standard"]).category
        condition = self.pack.catalogue.condition(row["category_key"], row["condition_number"], row["standard"])
        zh, en = state_names(row["state"])
        dispatched_ms = row["dispatched_ms"]
        return CaseView(
            number=row["number"],
            state=row["state"],
            state_name=zh,
            state_name_en=en,
            text=row["text"],
            category=category_view(category),
            condition=condition.filing,
            closing=condition.closing,
            urgency=row["urgency"],
            location=_location(row),
            unit=UnitView(code=row["unit_code"], name=self.pack.units.name_of(row["unit_code"])),
            due_at=from_ms(row["due_ms"]),
            opened_at=from_ms(row["opened_ms"]),
            dispatched_at=None if dispatched_ms is None else from_ms(dispatched_ms),
            report_ids=report_ids,
            report_count=row["report_count"],
            version=row["version"],
            merged_into=row["merged_into"],
            chase_count=row["chase_count"],
        )


def category_view(category: Category) -> CategoryView:
    """A category as the API shows it."""
    return CategoryView(
        standard=category.standard,
        kind=category.kind,
        class_name=category.class_name,
        code=category.code,
        name=category.name,
        name_en=category.name_en,
        key=category.key,
    )


def event_view(row: Mapping[str, Any]) -> EventView:
    """A row of the history."""
    return EventView(
        seq=row["seq"],
        case_number=row["case_number"],
        n=row["n"],
        kind=row["kind"],
        at=from_ms(row["at_ms"]),
        by=row["actor"],
        payload=orjson.loads(row["payload"]),
        hash=row["hash"],
    )


def _location(row: Mapping[str, Any]) -> LocationView:
    return LocationView(
        code12=row["code12"],
        cell=row["cell"],
        lon=row["lon"],
        lat=row["lat"],
        datum=str(Datum.CGCS2000),
        address=row["address"],
        precision=row["precision"],
        accuracy_metres=row["accuracy_metres"],
        confidence=row["confidence"],
    )
