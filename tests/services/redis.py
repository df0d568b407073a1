"""A Redis server of one's own: on a free port of loopback and a socket in a folder, nothing kept, ended by its id."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis

from bench.hub_process import free_port

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


def find_redis() -> str | None:
    """The server's program; None when it is not installed."""
    return shutil.which("redis-server")


@dataclass(slots=True)
class RedisServer:
    """A server that may be killed and started again, empty each time; `settings` are words like `--requirepass`."""

    program: str
    folder: Path
    settings: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    password: str | None = None
    child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"redis://{f':{self.password}@' if self.password else ''}127.0.0.1:{self.port}/0"

    @property
    def unix_url(self) -> str:
        """Where it answers, too."""
        return f"unix://{self.folder / 'redis.sock'}"

    def start(self) -> None:
        """Start it and wait until it answers. Raises RuntimeError with its last words."""
        with (self.folder / "server.out").open("ab") as out:
            self.child = subprocess.Popen(
                [
                    *(self.program, "--bind", "127.0.0.1", "--port", str(self.port), "--dir", self.folder),
                    *("--unixsocket", self.folder / "redis.sock", "--save", "", "--appendonly", "no"),
                    *(("--requirepass", self.password) if self.password else ()),
                    *self.settings,
                ],
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self.child.poll() is None:
            with contextlib.suppress(redis.ConnectionError), self.client() as client:
                client.ping()
                return
            time.sleep(0.02)
        raise RuntimeError(f"Redis did not start: {(self.folder / 'server.out').read_text()[-2000:]}")

    def client(self) -> redis.Redis:
        """A client to look on with."""
        return redis.Redis(port=self.port, password=self.password, decode_responses=True, protocol=2)

    def kill(self) -> None:
        """kill -9: what it held is gone."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It keeps its connections and answers nobody."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def _signal(self, signum: signal.Signals) -> None:
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signum)

    def _end(self, signum: signal.Signals) -> None:
        self._signal(signum)
        if self.child is not None:
            self.child.wait(_STOP_SECONDS)


@contextmanager
def redis_server(password: str | None = None) -> Iterator[RedisServer]:
    """A running server in a folder of its own, gone with the context. Raises RuntimeError when none is installed."""
    program = find_redis()
    if program is None:
        raise RuntimeError("redis-server is not installed; `make test` installs it (scripts/setup.sh test)")
    folder = Path(tempfile.mkdtemp(prefix="hub-redis-"))
    server = RedisServer(program, folder, password=password)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
