"""Sessions in the database: functions of a connection."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update

from case_api.accounts.roles import permissions_of
from case_api.accounts.tables import ACCOUNT, SESSION
from intake.http import Principal


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts unused and altogether, and how often its use is written down."""

    idle_seconds: int = 30 * 60
    longest_seconds: int = 12 * 3600
    touch_seconds: int = 60


@dataclass(frozen=True, slots=True)
class FoundSession:
    """Whose session it is, and whether its use is due to be written down."""

    principal: Principal
    touch: bool


def begin(connection: Connection, row: dict[str, object], limits: SessionLimits) -> None:
    """Insert a session and clear away those that have ended."""
    now = int(str(row["seen_ms"]))
    connection.execute(
        delete(SESSION).where(
            or_(
                SESSION.c.seen_ms < now - limits.idle_seconds * 1000,
                SESSION.c.created_ms < now - limits.longest_seconds * 1000,
            )
        )
    )
    connection.execute(insert(SESSION).values(row))


def find(connection: Connection, digest: str, now_ms: int, limits: SessionLimits) -> FoundSession | None:
    """The session of a cookie, if it still lasts and its account is open."""
    query = (
        select(SESSION.c.csrf, SESSION.c.seen_ms, ACCOUNT)
        .join(ACCOUNT, ACCOUNT.c.user_name == SESSION.c.user_name)
        .where(
            SESSION.c.token_sha256 == digest,
            SESSION.c.seen_ms >= now_ms - limits.idle_seconds * 1000,
            SESSION.c.created_ms >= now_ms - limits.longest_seconds * 1000,
            ACCOUNT.c.disabled_ms.is_(None),
        )
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    return FoundSession(session_principal(row, row["csrf"]), now_ms - row["seen_ms"] > limits.touch_seconds * 1000)


def touch(connection: Connection, digest: str, now_ms: int) -> None:
    """Write down that the session is in use."""
    connection.execute(update(SESSION).where(SESSION.c.token_sha256 == digest).values(seen_ms=now_ms))


def end(connection: Connection, digest: str) -> None:
    """Delete a session; one that is gone already is no error."""
    connection.execute(delete(SESSION).where(SESSION.c.token_sha256 == digest))


def session_principal(account: RowMapping, csrf: str) -> Principal:
    """The person of an account row, signed in by cookie."""
    role = account["role"]
    return Principal(account["user_name"], account["display_name"], role, permissions_of(role), csrf, "session")
