"""holidays.csv of a city pack: the city's own days, and the years beyond the statutory tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from case_api.clocks.days import CityDay
from intake.pack import Faults, read_rows

FILE = "holidays.csv"


class HolidayRow(BaseModel):
    """One day: `off` is free, `work` is worked."""

    date: date
    kind: Literal["off", "work"]
    name: str = ""


def read_city_days(folder: Path, faults: Faults) -> dict[date, CityDay]:
    """Days of holidays.csv. A day listed twice is a fault; the first row counts."""
    days: dict[date, CityDay] = {}
    for line, row in read_rows(folder, FILE, HolidayRow, faults):
        if row.date in days:
            faults.add(FILE, line, f"{row.date} is listed twice: keep one row")
            continue
        days[row.date] = CityDay(row.kind == "work", row.name)
    return days
