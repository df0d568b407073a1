"""The look-up of known cases near a report, with a million stored: how long it takes, crowded places included.

The database itself lays the cases out, evenly over the village doors of the city, the groups and a hundred days; one in
a hundred goes to one of seven crowded doors. What is timed is what the store asks in its transaction (`find_near`, and
on PostgreSQL `find_near_many` for a batch of fifty), the rows as glimpses included.
"""

from __future__ import annotations

import math
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from bench.texts import PROBLEMS, Door, doors
from case_api.store.alone import has_locks
from case_api.store.database import Database
from case_api.store.moments import from_ms
from case_api.store.nearby import Area, area_of, find_near, find_near_many
from case_api.store.plane import BUCKET_METRES, Plane
from case_api.store.tables import CASE_COUNT
from hub.settings import DatabaseSettings, Settings
from hub.wiring import Hub
from intake.model import (
    Classification,
    Contact,
    Intent,
    Location,
    Origin,
    Precision,
    Report,
    Understanding,
    Urgency,
    WaitingReport,
)
from tests.services.postgres import postgres_server

CASES = 1_000_000
TARGET_MS = 10.0
_LOOKS, _BATCH = 2_000, 50
_WINDOW_DAYS, _DAYS, _DAY_MS = 30, 100, 86_400_000
_BEGIN_MS = 1_772_323_200_000
_CROWDED = 7
_SERVER = ("shared_buffers=512MB", "max_wal_size=8GB")
_PLACES = text(
    "CREATE TEMPORARY TABLE place (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER, lon DOUBLE PRECISION, "
    "lat DOUBLE PRECISION)"
)
_PLACE = text("INSERT INTO place VALUES (:id, :x, :y, :lon, :lat)")
_KINDS = text("CREATE TEMPORARY TABLE kind (id INTEGER PRIMARY KEY, group_key TEXT, category_key TEXT)")
_KIND = text("INSERT INTO kind VALUES (:id, :group_key, :category_key)")
_SQLITE_NUMBERS = "WITH RECURSIVE nums(n) AS (SELECT :low UNION ALL SELECT n + 1 FROM nums WHERE n < :high) "
_POSTGRES_NUMBERS = "WITH nums(n) AS (SELECT generate_series(CAST(:low AS BIGINT), :high)) "
_REPORTS = (
    "INSERT INTO report (id, tracking_number, channel, external_id, received_ms, text, answers, evidence, complete, "
    "confidential, raw_seal, content_hash) {numbers} "
    "SELECT CAST(n AS TEXT), CAST(n AS TEXT), 'bench', CAST(n AS TEXT), "
    ":begin + n * :step, '门口有问题，请处理', '{{}}', '[]', TRUE, FALSE, {blob}, '' FROM nums"
)
_CASES = (
    "INSERT INTO case_file (number, standard, category_key, group_key, condition_number, urgency, state, open, text, "
    "lon, lat, accuracy_metres, precision, address, code12, street9, cell, confidence, found_by, x_metres, y_metres, "
    "bucket_x, bucket_y, unit_code, proposed, due_ms, opened_ms, changed_ms, version, report_count) {numbers} "
    "SELECT CAST(26000000000 + n AS TEXT), 'CJ/T 214-2007', k.category_key, k.group_key, 1, 'normal', 'filed', TRUE, "
    "'门口有问题，第' || CAST(n AS TEXT) || '次反映，请处理', p.lon, p.lat, 15, 'door', "
    "'某村' || CAST(p.id AS TEXT) || '号', "
    "'350582001004', '350582001', '', 0.9, 'words', p.x, p.y, p.x / :side, p.y / :side, 'U01', :proposed, "
    ":begin + n * :step + 86400000, :begin + n * :step, :begin + n * :step, 1, 1 FROM nums "
    "JOIN place p ON p.id = CASE WHEN n % 100 = 0 THEN n / 100 % :crowded ELSE n * 7919 % :places END "
    "JOIN kind k ON k.id = CASE WHEN n % 100 = 0 THEN 0 ELSE n / 3 % :kinds END"
)
_MEMBERS = (
    "INSERT INTO case_report (report_id, case_number, fingerprint, joined_ms) {numbers} "
    "SELECT CAST(n AS TEXT), CAST(26000000000 + n AS TEXT), 'f' || CAST(n AS TEXT), :begin + n * :step FROM nums"
)
_PART = 100_000


def run(tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure on both databases; `tell` gets progress."""
    folder = Path(tempfile.mkdtemp(prefix="hub-bench-"))
    result: dict[str, Any] = {"stored_cases": CASES, "target_p99_ms": TARGET_MS}
    try:
        result["sqlite"] = _measured(Settings(data=folder / "sqlite"), tell)
        with postgres_server(_SERVER) as server:
            database = DatabaseSettings(url=server.create("match"))
            result["postgresql"] = _measured(Settings(data=folder / "postgres", database=database), tell)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return result


def _measured(settings: Settings, tell: Callable[[str], None]) -> dict[str, Any]:
    hub = Hub(settings)
    try:
        plane, known = hub.plane, doors(settings.city)
        told = _tellings(hub, known)
        tell(f"storing {CASES:,} cases in {hub.database.engine.dialect.name}")
        begun = time.perf_counter()
        _store(hub.database, plane, known, [one for _, one in zip(range(len(PROBLEMS)), told, strict=False)])
        tell(f"  {time.perf_counter() - begun:.0f} s")
        return hub.database.submit_read(lambda connection: _times(connection, plane, told, known)).result()
    finally:
        hub.close()


def _tellings(hub: Hub, known: Sequence[Door]) -> list[Understanding]:
    """Reports at doors, as the normaliser understands their problems; the place is the door itself."""
    rng = random.Random(11)
    now = from_ms(_BEGIN_MS + _DAYS * _DAY_MS)
    told = []
    for n in range(_LOOKS):
        door, problem = rng.choice(known), PROBLEMS[n % len(PROBLEMS)]
        report = Report(f"look-{n}", Origin("bench", f"look-{n}", now), Contact(), f"{door.words}{problem}")
        told.append(_at(hub.normaliser.understand(WaitingReport(report, (), 1)), door))
    return told


def _at(understood: Understanding, door: Door) -> Understanding:
    place = Location(door.lon, door.lat, 15.0, Precision.DOOR, door.words, door.code12, "", 0.9, "words")
    return replace(understood, location=place)


def _store(database: Database, plane: Plane, known: Sequence[Door], told: Sequence[Understanding]) -> None:
    """A million cases, each with a report, in parts; then the statistics that a database keeps by itself in time."""
    kinds = {one.classification.guesses[0].category.key: one for one in told if one.classification.guesses}
    groups = [(one.classification.guesses[0].category.group, key) for key, one in sorted(kinds.items())]

    def work(connection: Connection) -> None:
        _lay_out(connection, plane, known, groups)
        postgres = has_locks(connection)
        numbers = _POSTGRES_NUMBERS if postgres else _SQLITE_NUMBERS
        blob = "''::bytea" if postgres else "x''"
        shape = {"numbers": numbers, "blob": blob}
        fixed = {
            "begin": _BEGIN_MS,
            "step": _DAYS * _DAY_MS // CASES,
            "side": BUCKET_METRES,
            "crowded": _CROWDED,
            "places": len(known),
            "kinds": len(groups),
            "proposed": '{"alternatives":[],"category":[],"confidence":0.9,"due":[],"unit":[]}',
        }
        for low in range(0, CASES, _PART):
            span = {"low": low, "high": low + _PART - 1}
            for statement in (_REPORTS, _CASES, _MEMBERS):
                asked = text(statement.format(**shape))
                connection.execute(asked, {**fixed, **span})
        connection.execute(
            insert(CASE_COUNT),
            [
                {"street9": "350582001", "group_key": group, "state": "filed", "n": 1}
                for group in {g for g, _ in groups}
            ],
        )

    database.submit(lambda: database.transaction(work)).result()
    database.submit(
        lambda: database.transaction(lambda connection: connection.execute(text("ANALYZE")).close())
    ).result()


def _lay_out(connection: Connection, plane: Plane, known: Sequence[Door], groups: Sequence[tuple[str, str]]) -> None:
    connection.execute(_PLACES)
    connection.execute(_KINDS)
    rows = []
    for number, door in enumerate(known):
        x, y = plane.metres(door.lon, door.lat)
        rows.append({"id": number, "x": x, "y": y, "lon": door.lon, "lat": door.lat})
    connection.execute(_PLACE, rows)
    connection.execute(
        _KIND, [{"id": n, "group_key": group, "category_key": key} for n, (group, key) in enumerate(groups)]
    )


def _times(
    connection: Connection, plane: Plane, told: Sequence[Understanding], known: Sequence[Door]
) -> dict[str, Any]:
    wanted = [(one, area) for one in told if (area := area_of(one, plane)) is not None and area.groups]
    crowd = [(_at(one, known[n % _CROWDED]), area) for n, (one, area) in enumerate(wanted[:500])]
    crowd = [(one, area) for one, _ in crowd if (area := area_of(one, plane)) is not None]
    unread = [(_unread(one), area) for one, _ in wanted[:300] if (area := area_of(_unread(one), plane)) is not None]
    result: dict[str, Any] = {
        "single": _summary(_each(connection, wanted)),
        "crowded": _summary(_each(connection, crowd)),
        "category_unknown": _summary(_each(connection, unread)),
    }
    if has_locks(connection):
        result["batch_of_50_per_report"] = _summary(_batches(connection, wanted))
    return result


def _unread(understood: Understanding) -> Understanding:
    return replace(understood, classification=Classification(Intent.UNCLEAR, Urgency.NORMAL, ()))


def _each(connection: Connection, wanted: Sequence[tuple[Understanding, Area]]) -> Iterator[tuple[float, int]]:
    for one, area in wanted:
        begun = time.perf_counter()
        found = find_near(connection, one, area, _WINDOW_DAYS)
        yield (time.perf_counter() - begun) * 1000, len(found)


def _batches(connection: Connection, wanted: Sequence[tuple[Understanding, Area]]) -> Iterator[tuple[float, int]]:
    for start in range(0, len(wanted) - _BATCH, _BATCH):
        begun = time.perf_counter()
        found = find_near_many(connection, wanted[start : start + _BATCH], _WINDOW_DAYS)
        yield (time.perf_counter() - begun) * 1000 / _BATCH, sum(map(len, found)) // _BATCH


def _summary(times: Iterator[tuple[float, int]]) -> dict[str, float]:
    taken = sorted(times)
    ms = [one for one, _ in taken]
    return {
        "p50_ms": round(ms[len(ms) // 2], 3),
        "p99_ms": round(ms[math.ceil(len(ms) * 0.99) - 1], 3),
        "most_ms": round(ms[-1], 3),
        "cases_found": round(sum(found for _, found in taken) / len(taken), 1),
    }
