"""A real hub of one's own for a measurement or a drill: started, waited for, ended by its process id."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent
_START_SECONDS = 60.0


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class HubProcess:
    """`hub serve` as a child on a data folder; output goes to `hub.out` there, or what else its name is.

    `settings` are `HUB_*` variables beyond those of folder and port. It leads a process group, so that what it started
    in turn can be ended with it.
    """

    data: Path
    port: int = field(default_factory=free_port)
    role: str = "all"
    name: str = "hub"
    settings: Mapping[str, str] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """The environment its commands share."""
        own = {"HUB_DATA": str(self.data), "HUB_HTTP_PORT": str(self.port)}
        return {**os.environ, **own, **self.settings}

    def start(self) -> None:
        """Start it and wait until it is ready. Raises RuntimeError with its last words when it is not."""
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Start it and wait for nothing."""
        self.data.mkdir(parents=True, exist_ok=True)
        with self._out.open("ab") as out:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "hub", "serve", "--role", self.role],
                cwd=_CHECKOUT,
                env=self.environment(),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Whether it was started and has not ended."""
        return self.child is not None and self.child.poll() is None

    @property
    def _out(self) -> Path:
        return self.data / f"{self.name}.out"

    def wait_ready(self) -> None:
        """Wait until `/readyz` answers 200."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self.child is not None and self.child.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:  # noqa: S310 - our own http
                    if answer.status == 200:
                        return
            except (OSError, urllib.error.URLError):
                time.sleep(0.05)
        raise RuntimeError(f"the hub did not get ready: {self._out.read_text()[-2000:]}")

    def kill(self) -> None:
        """kill -9 of everything: nothing is flushed, nothing is said."""
        if self.child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()

    def kill_worker(self) -> None:
        """kill -9 of the worker alone, when there is one at this moment."""
        for worker in self.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)

    def workers(self) -> list[int]:
        """Process ids of the worker children."""
        if self.child is None:
            return []
        children = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children")
        return [int(pid) for pid in children.read_text().split()] if children.exists() else []

    def stop(self) -> int:
        """TERM, as an administrator would; its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, signum: signal.Signals) -> int:
        if self.child is None:
            return 0
        if self.child.poll() is None:
            self.child.send_signal(signum)
        try:
            return self.child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise

    def run(self, *arguments: str) -> str:
        """A command of the same installation; its stdout. Raises CalledProcessError."""
        done = subprocess.run(
            [sys.executable, "-m", "hub", *arguments],
            cwd=_CHECKOUT,
            env=self.environment(),
            check=True,
            capture_output=True,
            timeout=120,
        )
        return done.stdout.decode()
