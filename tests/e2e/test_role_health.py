"""A worker of its own: how it is can be asked, by its port and by the command of its container's health check."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.hub_process import free_port
from tests.e2e.outsider import CHECKOUT, Told, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
_START_SECONDS = 90.0


def environment(data: Path, port: int) -> dict[str, str]:
    """Of a worker; its pages' port is one that nobody listens on."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    mine = {"HUB_DATA": str(data), "HUB_HTTP_PORT": str(free_port()), "HUB_HEALTH_PORT": str(port)}
    return {**inherited, **mine, "HUB_LOG_FORMAT": "json"}


def status(port: int, path: str) -> int:
    """What an address answers; 0 when nobody does."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def hub(variables: dict[str, str], *arguments: str) -> Told:
    """A command, to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "hub", *arguments],
        cwd=CHECKOUT,
        env=variables,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Told(done.returncode, done.stdout, done.stderr.decode())


@contextmanager
def worker(variables: dict[str, str], out: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`hub serve --role worker`, gone with the context."""
    with out.open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "hub", "serve", "--role", "worker"],
            cwd=CHECKOUT,
            env=variables,
            stdout=said,
            stderr=said,
        )
    try:
        yield child
    finally:
        child.terminate()
        child.wait(30)


def test_a_worker_tells_how_it_is_and_its_figures_need_a_token(tmp_path: Path) -> None:
    port = free_port()
    variables = environment(tmp_path / "data", port)
    silent = hub(variables, "health")
    assert (silent.code, "no answer" in silent.out.decode()) == (1, True)
    with worker(variables, tmp_path / "out") as child:
        wait_until(lambda: child.poll() is not None or status(port, "/readyz") == 200, _START_SECONDS, "it is ready")
        assert {path: status(port, path) for path in ("/healthz", "/readyz", "/metrics", "/")} == {
            "/healthz": 200,
            "/readyz": 200,
            "/metrics": 401,
            "/": 404,
        }
        assert (hub(variables, "health").code, hub(variables, "health", "--alive").code) == (0, 0)
        receipt = json.loads(hub(variables, "report", "submit", "青阳街道青新社区门口井盖不见了", "--json").out)
        wait_until(lambda: receipt["report_id"] in (tmp_path / "out").read_text(), 30, "the worker settled the report")
    told = [json.loads(line) for line in (tmp_path / "out").read_text(encoding="utf-8").splitlines()]
    (settled,) = [one for one in told if one["message"] == "report settled"]
    assert (settled["report"], settled["outcome"], settled["role"]) == (receipt["report_id"], "open", "worker")
    assert child.returncode == 0


def test_a_health_port_that_is_taken_is_told_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with worker(environment(tmp_path / "data", port), tmp_path / "out") as child:
            wait_until(lambda: child.poll() is not None, _START_SECONDS, "it gives up")
    said = (tmp_path / "out").read_text(encoding="utf-8")
    assert (child.returncode, f"Port {port} cannot be used" in said, "HUB_HEALTH_PORT" in said) == (1, True, True)
