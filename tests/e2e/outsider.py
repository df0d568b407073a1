"""The hub as an outsider meets it: its commands, and its start script in a process group of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.hub_process import free_port

CHECKOUT = Path(__file__).resolve().parents[2]
_COMMAND_SECONDS = 60.0
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Told:
    """What a command left behind."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        """Its stdout, which must be one JSON value and nothing else."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Outsider:
    """One installation: a data folder and a port, known by commands and addresses only."""

    data: Path
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def hub(self, *arguments: str | bytes, stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> Told:
        """Run `hub` to its end."""
        done = subprocess.run(
            [CHECKOUT / ".venv" / "bin" / "hub", *arguments],
            input=stdin,
            env={**self._environment(), **(environment or {})},
            capture_output=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
        return Told(done.returncode, done.stdout, done.stderr.decode())

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """`make run` without the set-up, in a session of its own, from ready to gone; what it says is in `said`."""
        self.data.mkdir(parents=True, exist_ok=True)
        with self._said.open("ab") as said:
            child = subprocess.Popen(
                ["bash", "scripts/run.sh"],
                cwd=CHECKOUT,
                env=self._environment(),
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        try:
            wait_until(lambda: child.poll() is not None or self._answers(), _START_SECONDS, "the hub is ready")
            assert child.poll() is None, self.said()
            yield child
        finally:
            self.end(child)

    def end(self, child: subprocess.Popen[bytes]) -> float:
        """TERM to the process group as Ctrl-C would; the seconds until nobody of the group is left."""
        began = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(_STOP_SECONDS)
            wait_until(lambda: not _alive(child.pid), _STOP_SECONDS, "the process group is gone")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        return time.monotonic() - began

    def said(self) -> str:
        """Everything the running hub printed."""
        return self._said.read_text(encoding="utf-8")

    def fetch(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body of an address."""
        request = urllib.request.Request(self.url + path, headers=headers)  # noqa: S310 - our own http
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own http
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def send(self, path: str, body: object, token: str) -> tuple[int, Any]:
        """Status and answer of a POST with a bearer token."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)  # noqa: S310 - our own http
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own http
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    @property
    def _said(self) -> Path:
        return self.data.with_name(f"{self.data.name}.out")

    def _answers(self) -> bool:
        try:
            return self.fetch("/readyz")[0] == 200
        except OSError:
            return False

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        # Tests send from one address.
        own = {"HUB_DATA": str(self.data), "HUB_HTTP_PORT": str(self.port)}
        return {**inherited, **own}


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Look again and again until it holds. Raises AssertionError, naming what did not come about."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"within {seconds} s not: {what}"
        time.sleep(0.05)


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
