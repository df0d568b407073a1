"""Faults of a city pack, collected rather than raised, so that one check names them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: file name within the pack, line (1 is the first line of the file, 0 the file itself), and reason."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(slots=True)
class Faults:
    """A pack's faults as they are found. `warnings` do not make a pack unusable."""

    found: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def add(self, file: str | Path, line: int, reason: str) -> None:
        """Note a fault."""
        self.found.append(Fault(str(file), line, reason))

    def warn(self, file: str | Path, line: int, reason: str) -> None:
        """Note something that is allowed but probably not meant."""
        self.warnings.append(Fault(str(file), line, reason))
