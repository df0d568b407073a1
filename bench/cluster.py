"""The big city on one machine: a web role and some workers, each a process of its own, on PostgreSQL and Redis."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.hub_process import HubProcess, free_port

_SETTLE_SECONDS = 240.0


@dataclass(slots=True)
class Cluster:
    """The roles of one hub. `settings` are `HUB_*` variables that all of them share beyond database and bus."""

    data: Path
    database_url: str
    bus_url: str
    workers: int = 3
    settings: Mapping[str, str] = field(default_factory=dict)
    web: HubProcess = field(init=False)
    crew: list[HubProcess] = field(init=False)
    # Signing in costs more than counting: one connection to look on with.
    _eye: psycopg.Connection[tuple[Any, ...]] | None = None

    def __post_init__(self) -> None:
        """Name the processes; nothing is started."""
        shared = {"HUB_DATABASE_URL": self.database_url, "HUB_BUS_URL": self.bus_url, **self.settings}
        port = free_port()
        self.web = HubProcess(self.data, port, "web", settings=shared)
        self.crew = [
            HubProcess(self.data, port, "worker", f"worker-{number}", shared) for number in range(1, self.workers + 1)
        ]

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self.web.url

    @property
    def port(self) -> int:
        """The port of the pages."""
        return self.web.port

    @property
    def members(self) -> list[HubProcess]:
        """Every process, the web role first."""
        return [self.web, *self.crew]

    @property
    def alive(self) -> bool:
        """Whether every process was started and has not ended."""
        return all(member.alive for member in self.members)

    def start(self) -> None:
        """Start what does not run; returns when the pages answer. Raises RuntimeError with the last words."""
        for member in self.members:
            if not member.alive:
                member.launch()
        self.web.wait_ready()

    def stop(self) -> None:
        """End all of them in good order."""
        if self._eye is not None:
            self._eye.close()
        for member in self.members:
            with contextlib.suppress(ProcessLookupError):
                member.stop()

    def kill(self) -> None:
        """kill -9 of all of them."""
        for member in self.members:
            member.kill()

    def run(self, *arguments: str) -> str:
        """A command of this installation; its stdout."""
        return self.web.run(*arguments)

    def read(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database, past the product."""
        if self._eye is None or self._eye.closed:
            self._eye = psycopg.connect(self.database_url.replace("+psycopg", ""), autocommit=True)
        return self._eye.execute(query.encode()).fetchall()

    def waiting(self) -> int:
        """Reports without an outcome."""
        return int(self.read("SELECT count(*) FROM waiting")[0][0])

    def wait_until_nothing_waits(self) -> None:
        """Until every report has its outcome. Raises TimeoutError when that takes too long."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        while self.waiting():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.waiting()} reports still wait")
            time.sleep(0.05)
