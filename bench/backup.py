"""Backup, restore and move: rows a second and memory, beside the databases' own tools, which prove less.

The peers: SQLite's own backup with an integrity check behind it, and pg_dump piped into pg_restore. They know one
database each, and neither compares the copy with the original row by row.
"""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.stock import make_stock
from hub.settings import Settings
from tests.services.postgres import PostgresServer, postgres_server

CASES = int(os.environ.get("BENCH_BACKUP_CASES", "100000"))
_CHECKOUT = Path(__file__).resolve().parent.parent
# Runs a command as its only child, so that the peak of its memory is that of the child.
_MEASURING = (
    "import resource, subprocess, sys; code = subprocess.run(sys.argv[2:]).returncode; "
    "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(code)"
)


@dataclass(slots=True)
class _Stage:
    """Where it all happens; figures are collected as it goes."""

    folder: Path
    server: PostgresServer
    tell: Callable[[str], None]
    rows: int = 0

    def hub(self, data: Path, url: str, *arguments: str) -> dict[str, Any]:
        """A command of the hub, measured."""
        note = self.folder / "peak"
        environment = {**os.environ, "HUB_DATA": str(data), "HUB_DATABASE_URL": url}
        command = [sys.executable, "-c", _MEASURING, str(note), sys.executable, "-m", "hub", *arguments, "--json"]
        self.tell(f"hub {arguments[0]}, {'PostgreSQL' if url else 'SQLite'}")
        begun = time.perf_counter()
        done = subprocess.run(command, env=environment, cwd=_CHECKOUT, check=False, capture_output=True)
        took = time.perf_counter() - begun
        if done.returncode:
            raise RuntimeError(f"hub {arguments[0]} failed: {done.stdout.decode()} {done.stderr.decode()[-2000:]}")
        told = orjson.loads(done.stdout)
        self.rows = told["rows"]
        figures = {"seconds": round(took, 1), "rows_per_second": round(self.rows / took)}
        return figures | {"peak_mb": int(note.read_text()) // 1024}

    def peer(self, name: str, work: Callable[[], object]) -> dict[str, Any]:
        """Somebody else's tool, measured."""
        self.tell(name)
        begun = time.perf_counter()
        work()
        took = time.perf_counter() - begun
        return {"seconds": round(took, 1), "rows_per_second": round(self.rows / took)}


def run(tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure; `tell` gets progress."""
    folder = Path(tempfile.mkdtemp(prefix="hub-bench-"))
    try:
        stock = folder / "stock"
        tell(f"storing {CASES:,} cases")
        make_stock(Settings(data=stock), CASES, 1, tell)
        # A connection that nobody needs any longer still holds the file, which may then not be moved away from.
        gc.collect()
        with postgres_server() as server:
            return _measured(_Stage(folder, server, tell), stock)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measured(stage: _Stage, stock: Path) -> dict[str, Any]:
    folder = stage.folder
    archive, second = folder / "one.backup", folder / "two.backup"
    there, moved = stage.server.create("restored"), stage.server.create("moved")
    found: dict[str, Any] = {
        "backup_sqlite": stage.hub(stock, "", "backup", str(archive)),
        "restore_to_sqlite": stage.hub(folder / "a", "", "restore", str(archive)),
        "restore_to_postgres": stage.hub(folder / "b", there, "restore", str(archive)),
        "backup_postgres": stage.hub(folder / "b", there, "backup", str(second)),
        "move_sqlite_to_postgres": stage.hub(stock, "", "database", "move", "--to", moved),
    }
    found["stored"] = {
        "cases": CASES,
        "rows": stage.rows,
        "sqlite_mb": (stock / "hub.db").stat().st_size >> 20,
        "archive_mb": archive.stat().st_size >> 20,
    }
    found["peer_sqlite_backup"] = stage.peer("sqlite3 backup", lambda: _sqlite_backup(stock, folder / "peer.db"))
    found["peer_sqlite_integrity_check"] = stage.peer("sqlite3 check", lambda: _sqlite_check(folder / "peer.db"))
    dump = folder / "peer.dump"
    empty = stage.server.create("peer")
    found["peer_pg_dump"] = stage.peer("pg_dump", lambda: _pg("pg_dump", there, ("-Fc", "-Z1", "-f", str(dump))))
    found["peer_pg_restore"] = stage.peer("pg_restore", lambda: _pg("pg_restore", empty, (str(dump),)))
    return found


def _sqlite_backup(data: Path, copy: Path) -> None:
    with closing(sqlite3.connect(data / "hub.db")) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    with _synced(copy):
        """A backup that a power cut takes is none."""


def _sqlite_check(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)  # noqa: S101 - a measurement


def _pg(program: str, url: str, arguments: Sequence[str]) -> None:
    address = url.replace("postgresql+psycopg", "postgresql")
    subprocess.run([program, "-d", address, *arguments], check=True)


@contextmanager
def _synced(file: Path) -> Iterator[None]:
    handle = os.open(file, os.O_RDONLY)
    try:
        yield
        os.fsync(handle)
    finally:
        os.close(handle)
