"""Responsible units (责任单位) of a city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from intake.errors import NotFound
from intake.pack import Faults, read_rows

FILE = "units.csv"

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that handles cases. `kind` is department, town or enterprise; `phone` is its public number."""

    code: str
    name: str
    name_en: str = ""
    kind: str = "department"
    parent_code: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Units:
    """All units by code."""

    by_code: Mapping[str, Unit]

    def all(self) -> tuple[Unit, ...]:
        """Every unit, in the order of the pack."""
        return tuple(self.by_code.values())

    def knows(self, code: str) -> bool:
        """Whether a unit has this code."""
        return code in self.by_code

    def name_of(self, code: str) -> str:
        """The name of a unit; its code when the pack no longer lists it, for old cases must still be shown."""
        found = self.by_code.get(code)
        return found.name if found is not None else code

    def find(self, code: str) -> Unit | None:
        """The unit of a code; None when the pack lists none."""
        return self.by_code.get(code)

    def unit(self, code: str) -> Unit:
        """The unit of a code. Raises NotFound."""
        found = self.find(code)
        if found is None:
            raise NotFound(f"没有编码为“{code}”的责任单位", f"there is no unit with the code {code!r}")
        return found


class UnitRow(BaseModel):
    """A row of units.csv."""

    code: Code
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    name_en: str = ""
    kind: Literal["department", "town", "enterprise"]
    parent_code: str = ""
    phone: str = ""


def read_units(folder: Path, faults: Faults) -> Units:
    """Units of a pack. Duplicate codes, unknown parents and circles of parents are faults."""
    lines: dict[str, int] = {}
    units: dict[str, Unit] = {}
    for line, row in read_rows(folder, FILE, UnitRow, faults):
        if row.code in lines:
            faults.add(FILE, line, f"code: {row.code} is already on line {lines[row.code]}")
            continue
        lines[row.code] = line
        units[row.code] = Unit(**row.model_dump())
    for code, unit in units.items():
        if unit.parent_code and unit.parent_code not in units:
            faults.add(FILE, lines[code], f"parent_code: {unit.parent_code} is no code of {FILE}")
        elif _is_its_own_ancestor(code, units):
            faults.add(FILE, lines[code], f"parent_code: {code} is its own ancestor")
    return Units(units)


def _is_its_own_ancestor(code: str, units: Mapping[str, Unit]) -> bool:
    seen: set[str] = set()
    parent = units[code].parent_code
    while parent in units and parent not in seen:
        if parent == code:
            return True
        seen.add(parent)
        parent = units[parent].parent_code
    return False
