"""A PostgreSQL server of one's own: a cluster in a folder, on a free port of loopback, ended by its process id."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from bench.hub_process import free_port

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_SETTINGS = ("listen_addresses=127.0.0.1", "max_connections=100", "shared_buffers=256MB", "log_checkpoints=off")
# What a crash of the whole machine would cost does not matter to a test that has no such crash.
UNSAFE = ("fsync=off", "full_page_writes=off")


def find_postgres() -> Path | None:
    """The folder of the newest installed server's programs; None when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@dataclass(slots=True)
class PostgresServer:
    """A cluster that may be stopped, killed and started again; `settings` are lines like `fsync=off`."""

    programs: Path
    folder: Path
    settings: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    child: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://hub:hub@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        """Make the cluster: owner `hub`, who signs in by password."""
        secret = self.folder / "password"
        secret.write_text("hub\n")
        _give_to_postgres(self.folder)
        subprocess.run(
            [
                *_as_postgres(),
                *(
                    self.programs / "initdb",
                    "--no-sync",
                    "-D",
                    self._data,
                    "-U",
                    "hub",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                ),
                *("--auth=scram-sha-256", "--pwfile", secret),
            ],
            check=True,
            capture_output=True,
        )

    def start(self) -> None:
        """Start it and wait until it answers. Raises RuntimeError with its last words."""
        options = [part for one in (*_SETTINGS, *self.settings) for part in ("-c", one)]
        with (self.folder / "server.out").open("ab") as out:
            self.child = subprocess.Popen(
                [
                    *_as_postgres(),
                    *(self.programs / "postgres", "-D", self._data, "-p", str(self.port), "-k", self.folder),
                    *options,
                ],
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self.child.poll() is None:
            with contextlib.suppress(psycopg.OperationalError), self._connect("postgres"):
                return
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'server.out').read_text()[-2000:]}")

    def stop(self) -> None:
        """End it at once, in good order: sessions are cut off, nothing committed is lost."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """End it without good order, as when it is killed: the next start recovers from the log."""
        self._end(signal.SIGQUIT)

    def create(self, name: str, template: str | None = None) -> str:
        """A new database, empty or a copy; its URL."""
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._tell(words.format(sql.Identifier(name), sql.Identifier(template or "template1")))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Take a database away, whoever uses it."""
        self._tell(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def tidy(self, name: str) -> None:
        """What autovacuum would do in time: clean up and count."""
        with self._connect(name) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        address = f"host=127.0.0.1 port={self.port} user=hub password=hub dbname={database} connect_timeout=5"
        return psycopg.connect(address, autocommit=True)

    def _tell(self, statement: sql.Composed) -> None:
        with self._connect("postgres") as connection:
            connection.execute(statement)

    def _end(self, signum: signal.Signals) -> None:
        if self.child is None or self.child.poll() is not None:
            return
        self.child.send_signal(signum)
        try:
            self.child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
            raise


@contextmanager
def postgres_server(settings: Sequence[str] = ()) -> Iterator[PostgresServer]:
    """A running server in a folder of its own, gone with the context. Raises RuntimeError when none is installed."""
    programs = find_postgres()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed; `make test` installs it (scripts/setup.sh test)")
    folder = Path(tempfile.mkdtemp(prefix="hub-pg-"))
    server = PostgresServer(programs, folder, settings)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root; its package brings a user for it."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] if os.geteuid() == 0 else []


def _give_to_postgres(folder: Path) -> None:
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        for path in (folder, *folder.iterdir()):
            os.chown(path, owner.pw_uid, owner.pw_gid)
