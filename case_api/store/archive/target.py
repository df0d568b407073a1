"""Databases that nobody else uses: opened for one long transaction, to be filled or to be moved away from."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import ArgumentError

from case_api.store.alone import wait_alone
from case_api.store.archive.faults import database_errors
from case_api.store.engines import make_engine
from case_api.store.turns import Turns
from intake.errors import NotAllowedNow, Permanent

_HUB = "hub12319"
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = :name AND datname = current_database() "
    "AND pid <> pg_backend_pid()",
)
# The transaction waits for files that are read or written meanwhile, and for whole tables to be sorted.
_PATIENT = (
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL synchronize_seqscans = off",
)


@contextmanager
def filling(url: str) -> Iterator[Connection]:
    """A transaction to fill a database in, committed when the context ends well; a SQLite file is made, mode 0600.

    Raises Permanent for a URL that cannot be used, NotAllowedNow while a hub uses the database; Temporary.
    """
    engine = _engine(url)
    try:
        with database_errors(engine), _filling(engine) as connection:
            yield connection
        with database_errors(engine):
            _settle(engine)
    finally:
        engine.dispose()


@contextmanager
def leaving(url: str) -> Iterator[Connection]:
    """A reading transaction over a database that nobody else uses meanwhile, nor changes. Raises as `filling`."""
    engine = _engine(url)
    try:
        with database_errors(engine), _leaving(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    try:
        engine = make_engine(url, 1)
    except (ArgumentError, ImportError) as error:
        raise Permanent(
            "数据库地址无法使用。地址形如 postgresql://用户@主机/数据库 或 sqlite:////路径/hub.db。",
            "The database URL cannot be used. It looks like postgresql://USER@HOST/DATABASE or sqlite:////PATH/hub.db.",
        ) from error
    event.listen(engine, "do_connect", _wait_for_busy_server)
    return engine


def _wait_for_busy_server(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
    """A server that builds an index takes nothing in meanwhile: that must not look like a server that is gone."""
    if "tcp_user_timeout" in options:
        options["tcp_user_timeout"] = 0


@contextmanager
def _filling(engine: Engine) -> Iterator[Connection]:
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            _refuse_used_server(connection)
            # A hub that starts now waits here with its own migration, and then finds all of it.
            wait_alone(connection, "migrate")
            for setting in _PATIENT:
                connection.exec_driver_sql(setting)
            yield connection
        return
    with _exclusive_file(engine) as connection:
        driver: Any = connection.connection.driver_connection
        # Into a file that is empty the rows go once, not twice by the write-ahead log; a crash leaves it empty.
        with _refusing_used_file(connection):
            driver.execute("PRAGMA journal_mode=DELETE")
        driver.execute("PRAGMA cache_size=-131072")
        with connection.begin():
            yield connection


@contextmanager
def _leaving(engine: Engine) -> Iterator[Connection]:
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with engine.connect().execution_options(**options) as connection, connection.begin():
            _refuse_used_server(connection)
            for setting in _PATIENT:
                connection.exec_driver_sql(setting)
            yield connection
        return
    with _exclusive_file(engine) as connection:
        driver: Any = connection.connection.driver_connection
        with _refusing_used_file(connection):
            driver.execute("PRAGMA locking_mode=EXCLUSIVE")
            driver.execute("BEGIN IMMEDIATE")
            driver.execute("ROLLBACK")
        with connection.begin():
            yield connection


@contextmanager
def _exclusive_file(engine: Engine) -> Iterator[Connection]:
    """A connection while this process has the turn at the file: a hub that starts now waits for it."""
    file = Path(str(engine.url.database))
    try:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        turns = Turns(file)
    except OSError as error:
        raise Permanent(
            f"数据库文件 {file} 无法建立（{error.strerror}），请检查路径和权限。",
            f"The database file {file} cannot be made ({error.strerror}): look at the path and its rights.",
        ) from error
    try:
        with turns.take(), engine.connect().execution_options(hub_write=True) as connection:
            yield connection
    finally:
        turns.close()


@contextmanager
def _refusing_used_file(connection: Connection) -> Iterator[None]:
    """SQLite gives a file to one alone only when nobody else has it open."""
    engine = connection.engine
    connection.connection.driver_connection.execute("PRAGMA busy_timeout=1000")  # type: ignore[union-attr]
    try:
        yield
    except engine.dialect.loaded_dbapi.OperationalError as error:
        if "locked" not in str(error):
            raise
        # Given back to the pool it would try once more to get the file for itself.
        connection.invalidate()
        raise _used(engine) from error


def _refuse_used_server(connection: Connection) -> None:
    if connection.execute(_OTHERS, {"name": _HUB}).scalar_one():
        raise _used(connection.engine)


def _used(engine: Engine) -> NotAllowedNow:
    shown = engine.url.render_as_string(hide_password=True)
    return NotAllowedNow(
        f"有正在运行的系统在使用 {shown}；请先停止它（hub serve 的所有进程），再执行此命令。",
        f"A hub that runs uses {shown}: stop it (every process of hub serve) and try again.",
    )


def _settle(engine: Engine) -> None:
    """SQLite's log again as it is while a hub works; what was filled stays where it is."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[union-attr]
