"""Versions of the model of one installation: files that are never changed, and a pointer to the one in use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from case_api.catalogue.text_model import ModelFacts, TextModel, load_facts, load_model
from intake.errors import NotFound

SHIPPED_NUMBER = 0

_POINTER = "in-use"
_SUFFIX = ".model"


@dataclass(frozen=True, slots=True)
class Version:
    """A model on the shelf; number 0 is the one that came with the city pack."""

    number: int
    in_use: bool
    facts: ModelFacts


@dataclass(frozen=True, slots=True)
class ModelShelf:
    """Models in a folder of the data folder, beside the one a pack ships. Works across processes: a file appears whole,
    and the pointer is replaced in one step."""

    folder: Path
    shipped: Path

    def versions(self) -> list[Version]:
        """All of them by number. Raises Invalid when one cannot be read."""
        now = self.in_use()
        return [Version(number, number == now, load_facts(self._path(number))) for number in self._numbers()]

    def in_use(self) -> int:
        """The number the pointer names; that of the shipped model where none was chosen or the chosen one is gone."""
        try:
            number = int((self.folder / _POINTER).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return SHIPPED_NUMBER
        return number if self._path(number).exists() else SHIPPED_NUMBER

    def load(self, number: int) -> TextModel:
        """A model. Raises NotFound; Invalid when it cannot be used."""
        if not self._path(number).exists():
            raise NotFound(f"没有第{number}版模型。", f"There is no version {number} of the model.")
        return load_model(self._path(number))

    def load_in_use(self) -> TextModel | None:
        """The model to classify by; None where there is none. Raises Invalid when it cannot be used."""
        number = self.in_use()
        return load_model(self._path(number)) if self._path(number).exists() else None

    def add(self, model: TextModel) -> int:
        """Keep a new version; its number. It is not in use yet."""
        number = max(self._numbers(), default=SHIPPED_NUMBER) + 1
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(self._path(number), model.as_bytes())
        return number

    def use(self, number: int) -> None:
        """Let running hubs take a version. Raises NotFound, Invalid as `load` does."""
        self.load(number)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(self.folder / _POINTER, f"{number}\n".encode("ascii"))

    def mark(self) -> tuple[int, ...]:
        """Changes whenever another model comes into use."""
        return (*_stamp(self.folder / _POINTER), *_stamp(self.shipped))

    def _numbers(self) -> list[int]:
        kept = {int(path.stem) for path in self.folder.glob(f"*{_SUFFIX}") if path.stem.isdecimal()}
        return sorted(kept | ({SHIPPED_NUMBER} if self.shipped.exists() else set()))

    def _path(self, number: int) -> Path:
        return self.shipped if number == SHIPPED_NUMBER else self.folder / f"{number:04}{_SUFFIX}"


def write_model(path: Path, model: TextModel) -> None:
    """Put a model where a pack ships it."""
    _write(path, model.as_bytes())


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_ino)


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.write_bytes(data)
    beside.replace(path)
