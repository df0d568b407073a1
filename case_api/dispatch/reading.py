"""Reading responsibility.csv, and checking that it leaves no category of any town without a unit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from case_api.catalogue import Catalogue
from case_api.dispatch.responsibility import Responsibility, Rule
from case_api.dispatch.units import Units
from intake.pack import Faults, read_rows

FILE = "responsibility.csv"
DIVISIONS = "divisions.csv"

_MOST_NAMED = 5


class ResponsibilityRow(BaseModel):
    """One row: `category_key` is `部件0101`, a class `部件01**` or `*`; `area` 6, 9 or 12 digits of a code or `*`."""

    priority: int = Field(ge=0, le=9999)
    category_key: Annotated[str, StringConstraints(pattern=r"^(\*|(部件|事件)(\d{4}|\d{2}\*\*|\*{4}))$")]
    area: Annotated[str, StringConstraints(pattern=r"^(\*|\d{6}|\d{9}|\d{12})$")]
    unit_code: str
    reason: str = ""


class DivisionRow(BaseModel):
    """What cases need of divisions.csv. `lat` is in degrees, None where the pack gives none."""

    code12: Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
    name: str
    level: str
    lat: Annotated[float | None, BeforeValidator(lambda value: value or None)] = None


def read_responsibility(
    folder: Path, catalogue: Catalogue, units: Units, divisions: Iterable[DivisionRow], faults: Faults
) -> Responsibility:
    """The table of a pack. Unknown units, categories and areas are faults, and so is a category without a unit in a
    township; a row that can never win is warned about."""
    codes = [division.code12 for division in divisions]
    rules: list[Rule] = []
    seen: dict[tuple[str, str], int] = {}
    for line, row in read_rows(folder, FILE, ResponsibilityRow, faults):
        unit = units.find(row.unit_code)
        prefix, area = row.category_key.rstrip("*"), row.area.rstrip("*")
        if unit is None:
            faults.add(FILE, line, f"unit_code: {row.unit_code} is not in units.csv")
        if not any(entry.category.key.startswith(prefix) for entry in catalogue.entries()):
            faults.add(FILE, line, f"category_key: {row.category_key} fits no category of {catalogue.standard}")
        if codes and not any(code.startswith(area) for code in codes):
            faults.add(FILE, line, f"area: no division of {DIVISIONS} begins with {area}")
        first = seen.setdefault((row.category_key, row.area), line)
        if first != line:
            faults.warn(
                FILE, line, f"{row.category_key} in {row.area} is already on line {first}; one of them never counts"
            )
        if unit is not None:
            rules.append(Rule(line, row.priority, prefix, area, unit, row.reason))
    return Responsibility(rules)


def read_divisions(folder: Path, faults: Faults) -> list[DivisionRow]:
    """Divisions of the pack."""
    return [row for _, row in read_rows(folder, DIVISIONS, DivisionRow, faults)]


def check_cover(
    catalogue: Catalogue, responsibility: Responsibility, divisions: Iterable[DivisionRow], faults: Faults
) -> None:
    """Note a fault for each category that has no unit in some township, naming a few of the townships."""
    towns = [division for division in divisions if division.level == "town"]
    for entry in catalogue.entries():
        areas = [rule.area_prefix for rule in responsibility.rules_for(entry.category)]
        bare = [town for town in towns if not any(town.code12[:9].startswith(area) for area in areas)]
        if bare:
            names = "、".join(town.name for town in bare[:_MOST_NAMED])
            more = f" and {len(bare) - _MOST_NAMED} more" if len(bare) > _MOST_NAMED else ""
            faults.add(FILE, 0, f"{entry.category.key} {entry.category.name} has no unit in {names}{more}")
