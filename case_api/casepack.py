"""The part of a city pack that cases need, read and checked as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from case_api.catalogue import Catalogue, KeywordClassifier, read_catalogue, read_classifier
from case_api.clocks import LimitUnit, Shift, WorkCalendar, parse_shifts, read_city_days
from case_api.clocks.units import MAX_LIMIT
from case_api.dispatch import (
    DivisionRow,
    Filing,
    Responsibility,
    Units,
    check_cover,
    read_divisions,
    read_responsibility,
    read_units,
)
from intake.pack import Faults, read_toml

SETTINGS = "city.toml"


def _shifts(value: Any) -> tuple[Shift, ...]:
    if not isinstance(value, list) or not all(isinstance(pair, list) for pair in value):
        raise ValueError('shifts are a list of pairs such as [["08:00", "12:00"]]')
    return parse_shifts([[str(words) for words in pair] for pair in value])


class ShiftSettings(BaseModel):
    """[shifts]: working time of a working day."""

    model_config = ConfigDict(frozen=True)

    work: Annotated[tuple[Shift, ...], BeforeValidator(_shifts)]


class FilingSettings(BaseModel):
    """[filing]: whether a public report is verified before it is filed, and the limit where no condition is listed."""

    model_config = ConfigDict(frozen=True)

    verify_first: bool = False
    general_limit_value: int = Field(default=5, ge=1, le=MAX_LIMIT)
    general_limit_unit: LimitUnit = LimitUnit.WORKING_DAY


class CitySettings(BaseModel):
    """What cases need of city.toml; other keys belong to other readers. `reference_latitude`, in degrees, is where the
    city is taken for a plane; left out, it is the mean of the divisions."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(pattern=r"^\d{6}$")
    name: str
    name_en: str = ""
    standard: str
    shifts: ShiftSettings
    filing: FilingSettings = FilingSettings()
    defaults: dict[str, str] = Field(default_factory=dict)
    reference_latitude: float = Field(default=0.0, ge=-85, le=85)


@dataclass(frozen=True, slots=True)
class CasePack:
    """Catalogue, classifier, units, responsibility and calendar of one city."""

    settings: CitySettings
    catalogue: Catalogue
    classifier: KeywordClassifier
    units: Units
    responsibility: Responsibility
    calendar: WorkCalendar
    street_names: Mapping[str, str]

    def street_name(self, code9: str) -> str:
        """The name of a township by its nine digits; the digits themselves when the pack lists none."""
        return self.street_names.get(code9, code9)

    @property
    def filing(self) -> Filing:
        """Plans cases by these tables."""
        return Filing(self.catalogue, self.responsibility, self.calendar)


def read_case_pack(folder: Path, faults: Faults) -> CasePack | None:
    """Read what cases need of a city pack. Every fault is noted; None when there is at least one."""
    before = len(faults.found)
    settings = read_toml(folder, SETTINGS, CitySettings, faults)
    calendar_days = read_city_days(folder, faults)
    units = read_units(folder, faults)
    divisions = read_divisions(folder, faults)
    if settings is None:
        return None
    filing = settings.filing
    general_limit = (filing.general_limit_value, filing.general_limit_unit.value)
    catalogue = read_catalogue(folder, settings.standard, general_limit, faults)
    classifier = read_classifier(folder, catalogue, settings.defaults, faults)
    responsibility = read_responsibility(folder, catalogue, units, divisions, faults)
    if len(faults.found) == before:
        check_cover(catalogue, responsibility, divisions, faults)
    if len(faults.found) > before:
        return None
    calendar = WorkCalendar(settings.shifts.work, calendar_days)
    return CasePack(
        settings=_at_home(settings, divisions),
        catalogue=catalogue,
        classifier=classifier,
        units=units,
        responsibility=responsibility,
        calendar=calendar,
        street_names={town.code12[:9]: town.name for town in divisions if town.level == "town"},
    )


def _at_home(settings: CitySettings, divisions: Iterable[DivisionRow]) -> CitySettings:
    latitudes = [division.lat for division in divisions if division.lat is not None]
    if settings.reference_latitude or not latitudes:
        return settings
    # Rounded so far that a division more or less does not move the plane under the cases already stored.
    return settings.model_copy(update={"reference_latitude": round(sum(latitudes) / len(latitudes), 1)})
