"""One question of the desk as it is shown: what may be chosen, and the words of the report behind each answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Table, bindparam, select
from sqlmodel import SQLModel

from case_api.catalogue import Catalogue
from case_api.spans import CATEGORY, apart, moved, place_spans
from case_api.store.case_views import CaseViews, category_view
from case_api.store.limit_tables import FileScanRow
from case_api.store.moments import from_ms
from case_api.store.tables import CASE
from case_api.views import DeskItemView, PlaceView, ReadingView, ReportView, SpanView
from intake.ports import Geocoder

_SCAN: Table = SQLModel.metadata.tables[str(FileScanRow.__tablename__)]
_CASES = select(CASE).where(CASE.c.number.in_(bindparam("numbers", expanding=True)))
_SCANS = select(_SCAN.c.sha256, _SCAN.c.finding).where(_SCAN.c.sha256.in_(bindparam("photos", expanding=True)))


@dataclass(frozen=True, slots=True)
class DeskItems:
    """Rows of `desk_item` as questions."""

    catalogue: Catalogue
    views: CaseViews
    geocoder: Geocoder

    def one(self, connection: Connection, row: Mapping[str, Any], report: ReportView) -> DeskItemView:
        """A question with its report. The place is explained anew: what was found says no more than which it is."""
        found = orjson.loads(row["found"])
        similar: Sequence[str] = orjson.loads(row["similar"])
        cases = [dict(case) for case in connection.execute(_CASES, {"numbers": similar}).mappings()]
        places, told = place_spans(self.geocoder, report.text, report.place_words or "")
        readings = [self._reading(one, report.text, found["text"], places) for one in found["readings"]]
        words = sorted([*places, *(readings[0].spans if readings else ())], key=lambda span: span.start)
        scans = _scans(connection, report)
        return DeskItemView(
            report=report,
            question=row["question"],
            reasons=orjson.loads(row["reasons"]),
            similar=self.views.many(connection, cases),
            places=[PlaceView(**place) for place in found["places"]],
            readings=readings,
            created_at=from_ms(row["created_ms"]),
            spans=words,
            place_words_spans=told,
            unscanned=[sha256 for sha256, finding in scans.items() if finding is None],
            harmful=[sha256 for sha256, finding in scans.items() if finding is not None],
        )

    def _reading(self, reading: Mapping[str, Any], text: str, read: str, places: Sequence[SpanView]) -> ReadingView:
        """`read` is the text that the reading's spans are of."""
        key, number = reading["category_key"], reading["condition_number"]
        category = self.catalogue.entry(key).category
        spans = [
            SpanView(start=start, end=end, role=CATEGORY, words=category.name)
            for start, end in reading.get("spans", ())
        ]
        # The report is shown as it came: where the desk put its words right, spans of the better text mean nothing.
        blanks = len(text) - len(text.lstrip())
        fitting = moved(spans, blanks) if text.strip() == read else []
        return ReadingView(
            category=category_view(category),
            condition_number=number,
            condition=self.catalogue.condition(key, number).filing,
            confidence=reading["confidence"],
            spans=[one for one in apart(text, fitting, over=places) if one.role == CATEGORY],
        )


def _scans(connection: Connection, report: ReportView) -> Mapping[str, str | None]:
    """What the scanner's book says of the report's files: None for those that nobody looked into."""
    photos = sorted({one.sha256 for one in report.evidence})
    if not photos:
        return {}
    return {row.sha256: row.finding for row in connection.execute(_SCANS, {"photos": photos})}
