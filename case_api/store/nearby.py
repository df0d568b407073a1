"""Known cases near a report: the look-up that sameness is judged on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from case_api.store.alone import lock_key
from case_api.store.moments import from_ms, to_ms
from case_api.store.plane import Plane, bucket
from case_api.store.prepared import Prepared, as_json
from intake.model import CaseGlimpse, Understanding

_COLUMNS = "c.number, c.category_key, c.x_metres, c.y_metres, c.accuracy_metres, c.opened_ms, c.text"
_SQUARE = "c.bucket_x BETWEEN :west AND :east AND c.bucket_y BETWEEN :south AND :north"
_HERE = f"c.open AND c.group_key = :group_key AND {_SQUARE}"
# Column by column of buckets: the index then finds both sides of the square, not a strip across the county.
_STRIPS = (
    "WITH RECURSIVE strip(x) AS (SELECT CAST(:west AS INTEGER) UNION ALL SELECT x + 1 FROM strip WHERE x < :east) "
)
_NEAR = Prepared(
    text(
        f"{_STRIPS}SELECT c.*, r.fingerprint FROM ("  # noqa: S608 - constants only
        f"SELECT {_COLUMNS} FROM strip JOIN case_file c ON c.open AND c.group_key = :group_key "
        "AND c.bucket_x = strip.x AND c.bucket_y BETWEEN :south AND :north AND c.opened_ms >= :since "
        "ORDER BY c.opened_ms DESC LIMIT :most) c JOIN case_report r ON r.case_number = c.number",
    ),
)
# Many reports in one question, for a database that is a journey away.
_NEAR_MANY = Prepared(
    text(
        f"SELECT w.place, c.*, ARRAY(SELECT r.fingerprint FROM case_report r WHERE r.case_number = c.number) "  # noqa: S608 - constants only
        "FROM json_to_recordset(CAST(:wanted AS JSON)) AS w(place INTEGER, group_key TEXT, "
        "west INTEGER, east INTEGER, south INTEGER, north INTEGER, since BIGINT) "
        "CROSS JOIN LATERAL generate_series(w.west, w.east) AS strip(x) CROSS JOIN LATERAL ("
        f"SELECT {_COLUMNS} FROM case_file c WHERE c.open AND c.group_key = w.group_key AND c.bucket_x = strip.x "
        "AND c.bucket_y BETWEEN w.south AND w.north AND c.opened_ms >= w.since "
        "ORDER BY c.opened_ms DESC LIMIT :most) c",
    ),
)
_SAME_WORDS = Prepared(
    text(
        f"SELECT {_COLUMNS}, r.fingerprint FROM case_report r "  # noqa: S608 - constants only
        f"JOIN case_file c ON c.number = r.case_number WHERE r.fingerprint = :fingerprint AND {_HERE} LIMIT :most",
    ),
)
_OTHER_ACCURACY_METRES = 400.0
_REACH_LIMIT_METRES = 1500.0
_LIMIT = 40
_DAY_MS = 86_400_000
# Some 3 km: the square around a report touches one to four of these.
_LOCK_BUCKETS = 15
# Where a row of the many has the moment its case was opened.
_OPENED = 6
_Found = tuple[Sequence[Any], set[str]]


@dataclass(frozen=True, slots=True)
class Area:
    """The square of buckets within reach of a place, for one group of categories."""

    group: str
    x_metres: int
    y_metres: int
    west: int
    east: int
    south: int
    north: int

    def holds(self, case: Mapping[str, Any]) -> bool:
        """Whether a case row stands in it."""
        inside = self.west <= case["bucket_x"] <= self.east and self.south <= case["bucket_y"] <= self.north
        return inside and bool(case["group_key"] == self.group)

    def lock_keys(self) -> set[int]:
        """What a writer holds who looks for known cases here and may open one: whoever could see it shares a key."""
        columns = range(self.west // _LOCK_BUCKETS, self.east // _LOCK_BUCKETS + 1)
        rows = range(self.south // _LOCK_BUCKETS, self.north // _LOCK_BUCKETS + 1)
        return {lock_key("case", self.group, column, row) for column in columns for row in rows}


def area_of(understood: Understanding, plane: Plane) -> Area | None:
    """Where to look for the same problem; None when place or category is not known."""
    location, guesses = understood.location, understood.classification.guesses
    if location is None or not guesses:
        return None
    category = guesses[0].category
    reach = min(category.radius_metres + location.accuracy_metres + _OTHER_ACCURACY_METRES, _REACH_LIMIT_METRES)
    x, y = plane.metres(location.lon, location.lat)
    return Area(
        group=category.group,
        x_metres=x,
        y_metres=y,
        west=bucket(round(x - reach)),
        east=bucket(round(x + reach)),
        south=bucket(round(y - reach)),
        north=bucket(round(y + reach)),
    )


def find_near(connection: Connection, understood: Understanding, area: Area, window_days: int) -> list[CaseGlimpse]:
    """Open cases of the group in the area, newest first; a crowd is searched for equal words as well."""
    where = _where(understood, area, window_days)
    found = _by_case(_NEAR.rows(connection, where))
    return _glimpses(connection, found, (where, area))


def find_near_many(
    connection: Connection, wanted: Sequence[tuple[Understanding, Area]], window_days: int
) -> list[list[CaseGlimpse]]:
    """The same for many reports at once, in their order; on PostgreSQL only."""
    wheres = [_where(understood, area, window_days) for understood, area in wanted]
    sought = as_json([{"place": place, **where} for place, where in enumerate(wheres)])
    rows = _NEAR_MANY.rows(connection, {"wanted": sought, "most": _LIMIT})
    found: list[dict[str, _Found]] = [{} for _ in wanted]
    for place, *row in sorted(rows, key=_newest_first):
        if len(found[place]) < _LIMIT:
            found[place][row[0]] = (row, set(row[-1]))
    return [
        _glimpses(connection, cases, (where, area))
        for cases, where, (_, area) in zip(found, wheres, wanted, strict=True)
    ]


def _newest_first(row: Sequence[Any]) -> int:
    return -int(row[_OPENED])


def _where(understood: Understanding, area: Area, window_days: int) -> dict[str, Any]:
    return {
        "group_key": area.group,
        "west": area.west,
        "east": area.east,
        "south": area.south,
        "north": area.north,
        "since": to_ms(understood.report.origin.received_at) - window_days * _DAY_MS,
        "fingerprint": understood.fingerprint,
        "most": _LIMIT,
    }


def _glimpses(
    connection: Connection, found: dict[str, _Found], sought: tuple[Mapping[str, Any], Area]
) -> list[CaseGlimpse]:
    where, area = sought
    if len(found) == _LIMIT:
        found |= _by_case(_SAME_WORDS.rows(connection, where))
    return [_glimpse(row, area, frozenset(words)) for row, words in found.values()]


def _by_case(rows: Sequence[Sequence[Any]]) -> dict[str, _Found]:
    """Rows of case and fingerprint, gathered by case."""
    found: dict[str, _Found] = {}
    for row in rows:
        found.setdefault(row[0], (row, set()))[1].add(row[-1])
    return found


def _glimpse(row: Sequence[Any], area: Area, fingerprints: frozenset[str]) -> CaseGlimpse:
    number, category_key, x_metres, y_metres, accuracy_metres, opened_ms, words, _ = row
    return CaseGlimpse(
        number=number,
        category_key=category_key,
        distance_metres=math.hypot(x_metres - area.x_metres, y_metres - area.y_metres),
        accuracy_metres=accuracy_metres,
        opened_at=from_ms(opened_ms),
        text=words,
        fingerprints=fingerprints,
    )
