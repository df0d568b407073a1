"""Where the sender of a report told of problems before: what narrows a name that several places have."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, String, bindparam, text

from intake.model import Datum, GivenPoint

_WINDOW_DAYS = 180
_MOST = 3
_DAY_MS = 86_400_000
# A switchboard may stand behind a number: the last half year of it is enough to look through.
_LAST = text(
    "SELECT phone_key, lon, lat, accuracy_metres FROM ("
    "SELECT mine.phone_key, c.lon, c.lat, c.accuracy_metres, c.opened_ms, "
    "row_number() OVER (PARTITION BY mine.phone_key ORDER BY c.opened_ms DESC, c.number DESC) AS place "
    "FROM report mine JOIN case_report j ON j.report_id = mine.id JOIN case_file c ON c.number = j.case_number "
    "WHERE mine.phone_key IN :keys AND mine.received_ms > :since) AS told "
    "WHERE place <= :most ORDER BY phone_key, place",
).bindparams(bindparam("keys", expanding=True, type_=String))


def last_places(connection: Connection, keys: Collection[str], now_ms: int) -> Mapping[str, tuple[GivenPoint, ...]]:
    """By the keyed hash of a number, the places of its last cases, newest first, at most three."""
    if not keys:
        return {}
    where = {"keys": sorted(keys), "since": now_ms - _WINDOW_DAYS * _DAY_MS, "most": _MOST}
    found: dict[str, tuple[GivenPoint, ...]] = {}
    for key, lon, lat, accuracy_metres in connection.execute(_LAST, where):
        found[key] = (*found.get(key, ()), GivenPoint(lon, lat, Datum.CGCS2000, accuracy_metres))
    return found
