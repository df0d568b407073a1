"""Connections to the two databases, each as safe as it can be: what was committed survives a power cut."""

from __future__ import annotations

import select
import sqlite3
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError

BUSY_SECONDS = 10
# REPLACE passes by the triggers that keep history append-only unless triggers are recursive.
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    # A write of another process empties SQLite's own page cache, so pages are read through the system's.
    "mmap_size=1073741824",
    # The worker moves the log into the database each second; without one, a commit does when the log gets very long.
    "wal_autocheckpoint=16000",
)
_CONNECT_SECONDS = 5
# A lock that is not to be had and a transaction that was forgotten end by themselves; a commit waits for the disk,
# whatever the server's default is.
_SESSION = (
    "lock_timeout=15s",
    "idle_in_transaction_session_timeout=60s",
    "synchronous_commit=on",
    "timezone=UTC",
    "client_min_messages=warning",
    # Every statement here takes milliseconds at most; compiling one would take longer than running it.
    "jit=off",
)


def make_engine(address: str, connections: int) -> Engine:
    """An engine by SQLAlchemy URL, for so many connections at once; nothing is opened yet.

    Raises sqlalchemy.exc.ArgumentError or ImportError for a URL that names no database we have a driver for.
    """
    url = make_url(address)
    if url.get_backend_name() == "postgresql":
        return _postgres_engine(url, connections)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres_engine(url: URL, connections: int) -> Engine:
    """Psycopg, whatever the URL names; a connection that the server has cut is noticed before it is used."""
    options = " ".join(f"-c {setting}" for setting in _SESSION)
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "hub12319",
            "options": options,
            "keepalives_idle": 30,
            "tcp_user_timeout": 10_000,
        },
    )
    event.listen(engine, "checkout", _still_there)
    return engine


def _still_there(connection: Any, _record: Any, _proxy: Any) -> None:
    """An idle connection has nothing to read; one that the server has ended has its farewell there.

    Raises DisconnectionError, upon which the pool takes another one. A ping would cost each transaction a journey.
    """
    poller = select.poll()
    if not connection.closed:
        poller.register(connection.fileno(), select.POLLIN)
    if connection.closed or poller.poll(0):
        raise DisconnectionError("the server has ended this connection")


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Transactions are ours (`_begin_sqlite`), not guessed from the first statement by the driver."""
    connection.isolation_level = None
    for pragma in (*_PRAGMAS, f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: upgrading a read lock later would fail instead of waiting."""
    writing = connection.get_execution_options().get("hub_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
