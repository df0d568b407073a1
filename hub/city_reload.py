"""A changed city pack, taken by every process of a running hub while the old one serves.

Whoever wants it leaves a mark in the data folder, which all roles share; each process sees it within a second, reads
the pack beside its work, and takes it in one step when it is whole. Each says in a file beside the mark what it serves.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import os
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from geocode.serving import FaultyPack, LoadedCity, ServingGeocoder, load_city
from hub.watch import worker_name
from intake.errors import HubError
from intake.ports import Clock

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
_TOUCH_SECONDS = 10.0
_FORGET_SECONDS = 60.0
_SHORT_TURN_SECONDS = 0.0005
_MOST_FAULTS = 20
FOLDER = "city"
_MARK = "reload"


class Ending(Protocol):
    """What ends the loops of a role."""

    async def rest(self, seconds: float) -> bool:
        """Wait so long or until the end; whether to go on."""
        ...


@dataclass(frozen=True, slots=True)
class Served:
    """What a process says of itself: the version it serves since when, and the faults of one that it refused since."""

    role: str
    process: str
    version: str
    since: str
    seen: str = ""
    refused: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the pack it read last could not be used."""
        return bool(self.refused)


def ask_for_reload(data: Path, name: str) -> None:
    """Leave the mark; `name` is this request's own, so that its answers can be told from older ones."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / _MARK, name)


def told_by_processes(data: Path) -> list[Served]:
    """What the processes that run now serve, by role; those not heard of for a minute are gone."""
    found: list[Served] = []
    for path in sorted((data / FOLDER).glob("*.json")):
        with contextlib.suppress(OSError, ValueError, TypeError):
            if time.time() - path.stat().st_mtime <= _FORGET_SECONDS:
                told = json.loads(path.read_text(encoding="utf-8"))
                found.append(Served(**{**told, "refused": tuple(told["refused"])}))
    return found


@dataclass
class CityKeeper:
    """Keeps the geocoder of one process at the pack that was last asked for. `taken` and `refused` count attempts."""

    data: Path
    pack: Path
    clock: Clock
    geocoder: ServingGeocoder
    role: str = "web"
    taken: int = 0
    refused: int = 0
    faults: tuple[str, ...] = ()
    _mark: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._mark = self._read_mark()

    async def run(self, stop: Ending, role: str) -> None:
        """Look for the mark until asked to stop."""
        self.role = role
        self._say()
        said = time.monotonic()
        try:
            while await stop.rest(_LOOK_SECONDS):
                if await self.look() or time.monotonic() - said >= _TOUCH_SECONDS:
                    self._say()
                    said = time.monotonic()
        finally:
            self._own.unlink(missing_ok=True)

    async def look(self) -> bool:
        """Take the pack anew where that was asked for since the last look; whether it was."""
        mark = self._read_mark()
        if mark == self._mark:
            return False
        self._mark = mark
        try:
            loaded = await asyncio.to_thread(_load_beside, self.pack, self.clock.now())
        except (HubError, OSError) as error:
            self.refused += 1
            self.faults = _faults(error)
            _LOG.error("the changed city pack is refused, the old one serves on: %s", error)
            return True
        self.geocoder.take(loaded)
        # What was read stays for good: the collector need not walk through its millions of objects.
        gc.freeze()
        self.taken += 1
        self.faults = ()
        _LOG.info("the city pack %s serves now", loaded.version)
        return True

    @property
    def _own(self) -> Path:
        return self.data / FOLDER / f"{self.role}-{worker_name()}.json"

    def _say(self) -> None:
        loaded = self.geocoder.loaded
        told = {
            "role": self.role,
            "process": worker_name(),
            "version": loaded.version,
            "since": loaded.since.isoformat(timespec="seconds"),
            "seen": self._mark,
            "refused": list(self.faults),
        }
        try:
            self._own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self._own, json.dumps(told, ensure_ascii=False))
        except OSError as error:
            _LOG.warning("cannot say which city pack serves: %s", error)

    def _read_mark(self) -> str:
        try:
            return (self.data / FOLDER / _MARK).read_text(encoding="utf-8")
        except OSError:
            return ""


def _load_beside(pack: Path, now: datetime) -> LoadedCity:
    """Read a pack in a thread beside the work of others: Python runs one thread at a time, so turns are kept short, and
    the collector, which would stop everybody over objects that all stay, is off."""
    turn_seconds = sys.getswitchinterval()
    sys.setswitchinterval(_SHORT_TURN_SECONDS)
    gc.disable()
    try:
        return load_city(pack, now)
    finally:
        gc.enable()
        sys.setswitchinterval(turn_seconds)


def _faults(error: Exception) -> tuple[str, ...]:
    if isinstance(error, FaultyPack):
        return tuple(str(fault) for fault in error.found[:_MOST_FAULTS])
    return (str(error),)


def _write(path: Path, words: str) -> None:
    """Whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(words, encoding="utf-8")
    temporary.replace(path)
