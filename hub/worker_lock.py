"""Whether other workers run on the same reports: a lock that is let go when its process dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from case_api.store.alone import among_others


@contextmanager
def worker_lock(engine: Engine, data: Path) -> Iterator[bool]:
    """Be there as a worker inside the context; whether this is the only one.

    On PostgreSQL the database knows, whatever machine they run on; with SQLite a file in the data folder does.
    """
    if engine.dialect.name == "postgresql":
        with among_others(engine, "workers") as alone:
            yield alone
        return
    with _file_lock(data) as alone:
        yield alone


@contextmanager
def _file_lock(data: Path) -> Iterator[bool]:
    """Hold the folder's worker lock inside the context; False when another process holds it."""
    handle = os.open(data / "worker.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
