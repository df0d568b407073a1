"""Which days are worked: the city's own days first, then the statutory ones with 调休, then plain weekends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import chinese_calendar

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

# The law knows seven holidays a year: a pack that lists fewer free days cannot be speaking of the whole year.
_WHOLE_YEAR_OFF_DAYS = 7


@dataclass(frozen=True, slots=True)
class CityDay:
    """A day of the pack's holidays.csv: worked or not, and what it is called."""

    works: bool
    name: str


@dataclass(frozen=True, slots=True)
class DayKind:
    """Whether a day is worked; `title` is `11月24日 周二`, `reason` says why a day is special (zh, may be empty)."""

    works: bool
    title: str
    reason: str


class WorkingDays:
    """Kinds of days, remembered per instance. The pack's days override the statutory ones."""

    def __init__(self, city_days: Mapping[date, CityDay]) -> None:
        self._city_days = dict(city_days)
        self._kinds: dict[date, DayKind] = {}
        self._holiday_names = {item.value: item.chinese for item in chinese_calendar.Holiday}
        self._statutory_years = frozenset(day.year for day in chinese_calendar.holidays)

    def kind(self, day: date) -> DayKind:
        """Whether the day is worked, and why."""
        found = self._kinds.get(day)
        if found is None:
            found = self._kinds[day] = self._judge(day)
        return found

    def knows(self, year: int) -> bool:
        """Whether the holidays of the year are known, from the statutory tables or from the pack."""
        if year in self._statutory_years:
            return True
        free = sum(1 for day, city_day in self._city_days.items() if day.year == year and not city_day.works)
        return free >= _WHOLE_YEAR_OFF_DAYS

    def _judge(self, day: date) -> DayKind:
        weekday = WEEKDAYS[day.weekday()]
        title = f"{day.month}月{day.day}日 {weekday}"
        city_day = self._city_days.get(day)
        if city_day is not None:
            return DayKind(city_day.works, title, city_day.name or ("本市上班" if city_day.works else "本市放假"))
        weekend = day.weekday() >= 5
        if day.year not in self._statutory_years:
            return DayKind(not weekend, title, weekday if weekend else "")
        free, english = chinese_calendar.get_holiday_detail(day)
        name = self._holiday_names.get(english, "")
        if free:
            return DayKind(False, title, name or weekday)
        return DayKind(True, title, f"{name}调休上班" if name and weekend else "")
