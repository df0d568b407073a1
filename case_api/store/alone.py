"""What only one may do at a time, wherever its processes run: locks of the database that end with the transaction.

On SQLite a writer is alone anyway. On PostgreSQL these are advisory locks, named by a hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from case_api.store.prepared import Prepared

_TRY_FOR_LONG = text("SELECT pg_try_advisory_lock(:key)")
_STAY = text("SELECT pg_advisory_lock_shared(:key)")
_LET_GO = text("SELECT pg_advisory_unlock(:key)")
_WAIT = text("SELECT pg_advisory_xact_lock(:key)")
_TRY = text("SELECT pg_try_advisory_xact_lock(:key)")
# The array's order is the order of locking: everybody locks upwards, so that nobody waits in a circle.
_WAIT_ALL = Prepared(
    text("SELECT count(pg_advisory_xact_lock(key)) FROM unnest(CAST(:keys AS BIGINT[])) AS wanted(key)"),
)


def has_locks(connection: Connection) -> bool:
    """Whether writers run side by side here and must lock what they share."""
    return connection.dialect.name == "postgresql"


def lock_key(*words: object) -> int:
    """The 64-bit key of a name."""
    digest = hashlib.blake2b("\x1f".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def wait_alone(connection: Connection, name: str) -> None:
    """Be the only one in this until the transaction ends; waits for whoever is."""
    if has_locks(connection):
        connection.execute(_WAIT, {"key": lock_key(name)})


def try_alone(connection: Connection, name: str) -> bool:
    """Be the only one in this until the transaction ends; False when somebody else is."""
    return not has_locks(connection) or bool(connection.execute(_TRY, {"key": lock_key(name)}).scalar_one())


def wait_for_all(connection: Connection, keys: Iterable[int]) -> None:
    """Hold all these keys until the transaction ends; waits for whoever holds one of them."""
    wanted = sorted(set(keys))
    if wanted and has_locks(connection):
        _WAIT_ALL.send(connection, {"keys": wanted})


@contextmanager
def among_others(engine: Engine, name: str) -> Iterator[bool]:
    """Be one of those who do this, inside the context, on PostgreSQL; whether nobody else was when it began.

    Holds a connection. When the server restarts it forgets who is there: a newcomer may then think itself alone.
    Raises the driver's errors.
    """
    key = {"key": lock_key(name)}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        alone = bool(connection.execute(_TRY_FOR_LONG, key).scalar_one())
        connection.execute(_STAY, key)
        if alone:
            connection.execute(_LET_GO, key)
        try:
            yield alone
        finally:
            # The lock belongs to the session: closed, not given back to the pool, it is let go.
            connection.invalidate()
