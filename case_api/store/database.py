"""One database, its threads and its transactions: the one home of blocking SQL.

Writes go through one thread, so that writers of this process queue here and not in the database; those of several
processes on one SQLite file take turns, and on PostgreSQL lock what they share. Reads have their own threads.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import PoolProxiedConnection

from case_api.store.engines import BUSY_SECONDS, make_engine
from case_api.store.numbers import Serials
from case_api.store.turns import Turns
from intake.errors import Temporary

Result = TypeVar("Result")
_READERS = 4
# The readers, the writer, serials that are taken beside a transaction, and the presence of a worker.
_CONNECTIONS = _READERS + 3
_READING = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


@dataclass(frozen=True, slots=True)
class Database:
    """Reads and writes as functions of a connection, run in threads, each in a transaction of its own."""

    engine: Engine
    writer: ThreadPoolExecutor
    readers: ThreadPoolExecutor
    turns: Turns | None = None
    serials: Serials | None = None
    busy_ms: int = BUSY_SECONDS * 1000

    @classmethod
    def connect(cls, url: str) -> Database:
        """Open by SQLAlchemy URL. Nothing is read or written yet."""
        engine = make_engine(url, _CONNECTIONS)
        return cls(
            engine,
            ThreadPoolExecutor(1, thread_name_prefix="hub-write"),
            ThreadPoolExecutor(_READERS, thread_name_prefix="hub-read"),
            Turns(Path(str(engine.url.database))) if _is_file(engine) else None,
            Serials(engine) if engine.dialect.name == "postgresql" else None,
        )

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run a reading function in a thread. Raises Temporary when the database is away."""
        return await asyncio.wrap_future(self.submit_read(work))

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run a writing function in one transaction: all of it or nothing. Raises Temporary likewise."""
        return await asyncio.wrap_future(self.submit(lambda: self.transaction(work)))

    def submit(self, job: Callable[[], Result]) -> Future[Result]:
        """Queue a job for the writing thread. Raises Temporary when the database is closing."""
        return _submit(self.writer, job)

    def submit_read(self, work: Callable[[Connection], Result]) -> Future[Result]:
        """Queue a reading function. Raises Temporary when the database is closing."""
        return _submit(self.readers, lambda: self._reading(work))

    def submit_raw(self, work: Callable[[PoolProxiedConnection], Result]) -> Future[Result]:
        """Queue a function of a connection outside any transaction, among the readers. Raises Temporary likewise."""
        return _submit(self.readers, lambda: self._outside(work))

    def transaction(self, work: Callable[[Connection], Result]) -> Result:
        """Run a writing function here and now; for the writing thread, migrations and tools."""
        try:
            with (
                self._turn(),
                self.engine.connect().execution_options(hub_write=True) as connection,
                connection.begin(),
            ):
                return work(connection)
        except self._away_errors() as error:
            raise _away(error) from error

    def _outside(self, work: Callable[[PoolProxiedConnection], Result]) -> Result:
        try:
            with contextlib.closing(self.engine.raw_connection()) as connection:
                return work(connection)
        except self._away_errors() as error:
            raise _away(error) from error

    def _turn(self) -> AbstractContextManager[None]:
        return self.turns.take() if self.turns is not None else nullcontext()

    def _reading(self, work: Callable[[Connection], Result]) -> Result:
        try:
            options = _READING.get(self.engine.dialect.name, {})
            with self.engine.connect().execution_options(**options) as connection, connection.begin():
                return work(connection)
        except self._away_errors() as error:
            raise _away(error) from error

    def _away_errors(self) -> tuple[type[Exception], ...]:
        """Wrapped errors, and the driver's own from prepared statements."""
        driver = self.engine.dialect.loaded_dbapi
        return OperationalError, InterfaceError, PoolTimeout, driver.OperationalError, driver.InterfaceError

    def close(self) -> None:
        """Finish what is queued and let go of every connection."""
        self.writer.shutdown()
        self.readers.shutdown()
        self.engine.dispose()
        if self.turns is not None:
            self.turns.close()


def _is_file(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:")


def _submit(pool: ThreadPoolExecutor, job: Callable[[], Result]) -> Future[Result]:
    try:
        return pool.submit(job)
    except RuntimeError as error:
        raise Temporary("系统正在停止，请稍后重试。", "The hub is stopping; try again shortly.") from error


def _away(error: Exception) -> Temporary:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return Temporary(
        "数据库暂时不可用，请稍后重试。",
        f"The database is away ({type(cause).__name__}: {cause}); try again shortly.",
    )
