"""What is asked of a load, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from intake.pack import Fault

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """A file for a table of a pack. `columns` names the file's column of a field, `values` gives a field one value for
    every row. `crs` is an EPSG code, a PROJ string, `gcj02`, `bd09` or `local`; empty where the file says it itself.
    With `merge` rows of the pack that the file does not have stay."""

    file: Path
    pack: Path
    table: str
    layer: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    crs: str = ""
    encoding: str = ""
    merge: bool = True


@dataclass(frozen=True, slots=True)
class LoadResult:
    """How many rows the file had, how many the pack took from it, the files of the pack that are new, and each doubtful
    row with its reason; a row that was doubted was left out. `notes` are for people."""

    rows: int
    taken: int
    files: tuple[str, ...]
    doubts: tuple[Fault, ...]
    notes: tuple[str, ...] = ()
