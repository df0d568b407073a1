"""Deadlines in the units of the filing conditions, each explained period by period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from case_api.clocks.days import CityDay, DayKind, WorkingDays
from case_api.clocks.shifts import Shift
from case_api.clocks.units import MAX_LIMIT, LimitUnit
from intake.errors import Invalid

ONE_DAY = timedelta(days=1)
CITY_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit ends (aware, city zone) and how it was counted, one line per period (zh)."""

    due_at: datetime
    explanation: tuple[str, ...]


class WorkCalendar:
    """Working days and shift times of one city.

    `shifts` are in order and do not overlap; `city_days` override the statutory days and extend them beyond the
    years they are known for. Where neither knows a year, plain weekends count, and `warnings_for` says so.
    """

    def __init__(self, shifts: Sequence[Shift], city_days: Mapping[date, CityDay], zone: str = CITY_ZONE) -> None:
        if not shifts:
            raise Invalid("班次为空，请填写 city.toml 的 [shifts]", "no shift times: fill in [shifts] of city.toml")
        self._shifts = tuple(shifts)
        self._days = WorkingDays(city_days)
        self._zone = ZoneInfo(zone)

    def works(self, day: date) -> bool:
        """Whether the day is a working day."""
        return self._days.kind(day).works

    def knows(self, year: int) -> bool:
        """Whether the holidays of the year are known; if not, its deadlines rest on weekends alone."""
        return self._days.knows(year)

    def warnings_for(self, first: date, last: date) -> tuple[str, ...]:
        """One sentence (zh / en) for each year from `first` to `last` whose holidays are not known."""
        return tuple(
            f"{year} 年的节假日未知，按周末推算，请补充 holidays.csv"
            f" / the holidays of {year} are not known: weekends are used, add them to holidays.csv"
            for year in range(first.year, last.year + 1)
            if not self.knows(year)
        )

    def deadline(self, start: datetime, value: int, unit: str) -> Deadline:
        """The moment at which `value` units have passed since `start` (aware).

        紧急工作时 are hours, 紧急工作日 and 自然日 are days of 24 hours; they skip nothing.
        工作时 are hours inside the shifts of working days; the limit ends with the last counted second.
        工作日 end at the same time of day on the `value`-th working day after the start; a start outside shift time
        first moves to the next beginning of a shift. So one 工作日 from Monday 10:00 ends on Tuesday 10:00, and from
        Saturday noon on Tuesday 08:00. That equals `value` full days of shift time.
        Raises Invalid for a start without a zone, a value outside 1 to MAX_LIMIT or an unknown unit.
        """
        known = _known_unit(unit)
        if start.tzinfo is None or not 1 <= value <= MAX_LIMIT:
            raise Invalid(
                f"起算时间须带时区，时限须为1至{MAX_LIMIT}的整数",
                f"a deadline needs an aware start and a limit from 1 to {MAX_LIMIT}",
            )
        local = start.astimezone(self._zone).replace(tzinfo=None)
        if known is LimitUnit.WORKING_HOUR:
            due, lines = self._count_hours(local, timedelta(hours=value))
        elif known is LimitUnit.WORKING_DAY:
            due, lines = self._count_days(local, value)
        else:
            due, lines = self._run_through(local, value, known)
        lines.append(f"{due.year}年{due.month}月{due.day}日 {_clock(due.time())} 到期（时限{value}个{known.value}）")
        return Deadline(due.replace(tzinfo=self._zone), tuple(lines))

    def _run_through(self, local: datetime, value: int, unit: LimitUnit) -> tuple[datetime, list[str]]:
        hours = value if unit is LimitUnit.URGENT_HOUR else value * 24
        due = local + timedelta(hours=hours)
        return due, [
            f"{local.month}月{local.day}日 {_clock(local.time())} 起连续计时{hours}小时，不分昼夜和节假日",
        ]

    def _count_hours(self, local: datetime, left: timedelta) -> tuple[datetime, list[str]]:
        lines: list[str] = []
        skipped: list[DayKind] = []
        day, now = local.date(), local.time()
        while True:
            kind = self._days.kind(day)
            if not kind.works:
                skipped.append(kind)
            else:
                _flush(skipped, lines)
                for shift in self._shifts:
                    begin = max(shift.start, now)
                    if begin >= shift.end:
                        continue
                    room = _span(begin, shift.end)
                    used = min(room, left)
                    end = shift.end if used == room else (datetime.combine(day, begin) + used).time()
                    lines.append(f"{_title(kind)} {_clock(begin)}-{_clock(end)} 计{_length(used)}")
                    left -= used
                    if not left:
                        return datetime.combine(day, end), lines
            day += ONE_DAY
            now = time.min

    def _count_days(self, local: datetime, value: int) -> tuple[datetime, list[str]]:
        lines: list[str] = []
        skipped: list[DayKind] = []
        begin = self._next_shift_time(local, lines)
        day = begin.date()
        for number in range(1, value + 1):
            day += ONE_DAY
            kind = self._days.kind(day)
            while not kind.works:
                skipped.append(kind)
                day += ONE_DAY
                kind = self._days.kind(day)
            _flush(skipped, lines)
            lines.append(f"{_title(kind)} 计第{number}个工作日")
        return datetime.combine(day, begin.time()), lines

    def _next_shift_time(self, local: datetime, lines: list[str]) -> datetime:
        skipped: list[DayKind] = []
        day, now = local.date(), local.time()
        while True:
            kind = self._days.kind(day)
            if not kind.works:
                skipped.append(kind)
            for shift in self._shifts if kind.works else ():
                if now < shift.end:
                    begin = max(shift.start, now)
                    _flush(skipped, lines)
                    lines.append(f"{_title(kind)} {_clock(begin)} 起算")
                    return datetime.combine(day, begin)
            day += ONE_DAY
            now = time.min


def _known_unit(unit: str) -> LimitUnit:
    try:
        return LimitUnit(unit)
    except ValueError:
        known = "、".join(LimitUnit)
        zh = f"未知的时限单位“{unit}”，可用：{known}"
        raise Invalid(zh, f"unknown limit unit {unit!r}, use one of {known}") from None


def _flush(skipped: list[DayKind], lines: list[str]) -> None:
    if not skipped:
        return
    first, last = skipped[0].title, skipped[-1].title
    reasons = "、".join(dict.fromkeys(kind.reason for kind in skipped))
    lines.append(f"{first if len(skipped) == 1 else f'{first}至{last}'} 不计（{reasons}）")
    skipped.clear()


def _title(kind: DayKind) -> str:
    return f"{kind.title}（{kind.reason}）" if kind.reason else kind.title


def _span(begin: time, end: time) -> timedelta:
    return datetime.combine(date.min, end) - datetime.combine(date.min, begin)


def _clock(moment: time) -> str:
    return moment.isoformat("seconds" if moment.second or moment.microsecond else "minutes")


def _length(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "小时"), (minutes, "分"), (seconds, "秒"))
    return "".join(f"{number}{word}" for number, word in parts if number) or "不足1秒"
