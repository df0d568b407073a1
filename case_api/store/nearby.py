"""Known cases near a report: the look-up that sameness is judged on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, text

from case_api.store.alone import has_locks, lock_key
from case_api.store.glimpses import COLUMNS, MEMBER, OPENED, Found, by_case, glimpse_of
from case_api.store.moments import to_ms
from case_api.store.plane import Plane, bucket
from case_api.store.prepared import Prepared, as_json
from intake.model import CaseGlimpse, CategoryGuess, Understanding

_SQUARE = "c.bucket_x BETWEEN :west AND :east AND c.bucket_y BETWEEN :south AND :north"
_HERE = f"c.open AND c.group_key = :group_key AND {_SQUARE}"
# Column by column of buckets: the index then finds both sides of the square, not a strip across the county.
_STRIPS = (
    "WITH RECURSIVE strip(x) AS (SELECT CAST(:west AS INTEGER) UNION ALL SELECT x + 1 FROM strip WHERE x < :east) "
)
_NEAR = Prepared(
    text(
        f"{_STRIPS}SELECT c.*, {MEMBER} FROM ("  # noqa: S608 - constants only
        f"SELECT {COLUMNS} FROM strip JOIN case_file c ON c.open AND c.group_key = :group_key "
        "AND c.bucket_x = strip.x AND c.bucket_y BETWEEN :south AND :north AND c.opened_ms >= :since "
        "ORDER BY c.opened_ms DESC LIMIT :most) c JOIN case_report r ON r.case_number = c.number",
    ),
)
# Many reports in one question, for a database that is a journey away.
_NEAR_MANY = Prepared(
    text(
        f"SELECT w.place, c.*, ARRAY(SELECT {MEMBER} FROM case_report r WHERE r.case_number = c.number) "  # noqa: S608 - constants only
        "FROM json_to_recordset(CAST(:wanted AS JSON)) AS w(place INTEGER, group_key TEXT, "
        "west INTEGER, east INTEGER, south INTEGER, north INTEGER, since BIGINT) "
        "CROSS JOIN LATERAL generate_series(w.west, w.east) AS strip(x) CROSS JOIN LATERAL ("
        f"SELECT {COLUMNS} FROM case_file c WHERE c.open AND c.group_key = w.group_key AND c.bucket_x = strip.x "
        "AND c.bucket_y BETWEEN w.south AND w.north AND c.opened_ms >= w.since "
        "ORDER BY c.opened_ms DESC LIMIT :most) c",
    ),
)
_SAME_WORDS = Prepared(
    text(
        f"SELECT {COLUMNS}, {MEMBER} FROM case_report r "  # noqa: S608 - constants only
        f"JOIN case_file c ON c.number = r.case_number WHERE r.fingerprint = :fingerprint AND {_HERE} LIMIT :most",
    ),
)
_KNOWN_GROUPS = Prepared(text("SELECT DISTINCT group_key FROM case_count WHERE n >= :least"))
# What nobody could read is compared with its nearest neighbours of the last days only: every group has to be looked at.
_ANY_REACH_METRES = 180.0
_ANY_DAYS = 3
_OTHER_ACCURACY_METRES = 400.0
_REACH_LIMIT_METRES = 1500.0
_LIMIT = 40
_DAY_MS = 86_400_000
# Some 3 km: the square around a report touches one to four of these.
_LOCK_BUCKETS = 15
# The other readings are followed into their groups too: what was misheard, or told in other words, is filed there.
_RIVAL_SHARE = 0.02
_MOST_GROUPS = 4
# Only in the likeliest groups a writer keeps others from opening a case meanwhile: each lock costs a wait.
_LOCKED_GROUPS = 2


@dataclass(frozen=True, slots=True)
class Area:
    """The square of buckets within reach of a place, for the groups of categories that a report may belong to.

    Without groups, nobody knows what it is: whatever is there is shown; nothing is opened, so nothing is locked.
    """

    groups: tuple[str, ...]
    x_metres: int
    y_metres: int
    west: int
    east: int
    south: int
    north: int

    def holds(self, case: Mapping[str, Any]) -> bool:
        """Whether a case row stands in it."""
        inside = self.west <= case["bucket_x"] <= self.east and self.south <= case["bucket_y"] <= self.north
        return inside and case["group_key"] in self.groups

    def lock_keys(self) -> set[int]:
        """What a writer holds who looks for known cases here and may open one: whoever could see it shares a key."""
        columns = range(self.west // _LOCK_BUCKETS, self.east // _LOCK_BUCKETS + 1)
        rows = range(self.south // _LOCK_BUCKETS, self.north // _LOCK_BUCKETS + 1)
        return {
            _lock(group, column, row) for group in self.groups[:_LOCKED_GROUPS] for column in columns for row in rows
        }


def case_lock_key(case: Mapping[str, Any]) -> int:
    """The key that everybody holds who can see a case: who takes it away from its place holds it too."""
    return _lock(case["group_key"], case["bucket_x"] // _LOCK_BUCKETS, case["bucket_y"] // _LOCK_BUCKETS)


def _lock(group: str, column: int, row: int) -> int:
    return lock_key("case", group, column, row)


def area_of(understood: Understanding, plane: Plane) -> Area | None:
    """Where to look for the same problem; None when the place is not known."""
    location, guesses = understood.location, understood.classification.guesses
    if location is None:
        return None
    own_reach = guesses[0].category.radius_metres + _OTHER_ACCURACY_METRES if guesses else _ANY_REACH_METRES
    reach = min(own_reach + location.accuracy_metres, _REACH_LIMIT_METRES)
    x, y = plane.metres(location.lon, location.lat)
    return Area(
        groups=_groups(guesses),
        x_metres=x,
        y_metres=y,
        west=bucket(round(x - reach)),
        east=bucket(round(x + reach)),
        south=bucket(round(y - reach)),
        north=bucket(round(y + reach)),
    )


def _groups(guesses: Sequence[CategoryGuess]) -> tuple[str, ...]:
    """The group of the best reading first."""
    least = guesses[0].confidence * _RIVAL_SHARE if guesses else 0.0
    groups = dict.fromkeys(one.category.group for one in guesses if one.confidence >= least)
    return tuple(groups)[:_MOST_GROUPS]


def find_near(connection: Connection, understood: Understanding, area: Area, window_days: int) -> list[CaseGlimpse]:
    """Open cases of the groups in the area, newest first; a crowd is searched for equal words as well."""
    if not area.groups:
        return _of_any_kind(connection, understood, area, min(window_days, _ANY_DAYS))
    if has_locks(connection):
        return find_near_many(connection, [(understood, area)], window_days)[0]
    found = []
    for where in _wheres(understood, area, window_days):
        found += _glimpses(connection, by_case(_NEAR.rows(connection, where)), where, (understood, area))
    return found


def find_near_many(
    connection: Connection, wanted: Sequence[tuple[Understanding, Area]], window_days: int
) -> list[list[CaseGlimpse]]:
    """The same for many reports at once, in their order; on PostgreSQL only."""
    asked = [(place, where) for place, one in enumerate(wanted) for where in _wheres(*one, window_days)]
    sought = as_json([{"place": index, **where} for index, (_, where) in enumerate(asked)])
    rows = _NEAR_MANY.rows(connection, {"wanted": sought, "most": _LIMIT})
    found: list[dict[str, Found]] = [{} for _ in asked]
    for index, *row in sorted(rows, key=_newest_first):
        if len(found[index]) < _LIMIT:
            found[index][row[0]] = (row, set(row[-1]))
    glimpses: list[list[CaseGlimpse]] = [[] for _ in wanted]
    for cases, (place, where) in zip(found, asked, strict=True):
        glimpses[place] += _glimpses(connection, cases, where, wanted[place])
    return glimpses


def _of_any_kind(connection: Connection, understood: Understanding, area: Area, days: int) -> list[CaseGlimpse]:
    """The nearest of every group, for a report that nobody could read, newest first."""
    groups = tuple(str(row[0]) for row in _KNOWN_GROUPS.rows(connection, {"least": 1}))
    found = find_near(connection, understood, replace(area, groups=groups), days) if groups else []
    return sorted(found, key=lambda one: one.opened_at, reverse=True)[:_LIMIT]


def _newest_first(row: Sequence[Any]) -> int:
    return -int(row[OPENED + 1])


def _wheres(understood: Understanding, area: Area, window_days: int) -> Iterable[dict[str, Any]]:
    """What to ask for, once for each group."""
    where = _where(understood, area, window_days)
    return [{**where, "group_key": group} for group in area.groups]


def _where(understood: Understanding, area: Area, window_days: int) -> dict[str, Any]:
    return {
        "west": area.west,
        "east": area.east,
        "south": area.south,
        "north": area.north,
        "since": to_ms(understood.report.origin.received_at) - window_days * _DAY_MS,
        "most": _LIMIT,
        "fingerprint": understood.fingerprint,
    }


def _glimpses(
    connection: Connection, found: dict[str, Found], where: dict[str, Any], about: tuple[Understanding, Area]
) -> list[CaseGlimpse]:
    if len(found) == _LIMIT:
        found |= by_case(_SAME_WORDS.rows(connection, where))
    understood, area = about
    guesses = understood.classification.guesses
    key = guesses[0].category.key if guesses else None
    return [
        glimpse_of(one, key, math.hypot(one[0][2] - area.x_metres, one[0][3] - area.y_metres)) for one in found.values()
    ]
