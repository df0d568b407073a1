"""Deadlines against an enumeration of every working minute, with the holidays as the State Council published them."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case_api.clocks import CityDay, LimitUnit, WorkCalendar, parse_shifts
from intake.errors import Invalid

ZONE = ZoneInfo("Asia/Shanghai")
SHIFTS = parse_shifts([["08:00", "12:00"], ["14:00", "18:00"]])

FREE_SPANS = [
    ("2025-01-01", 1), ("2025-01-28", 8), ("2025-04-04", 3), ("2025-05-01", 5), ("2025-05-31", 3), ("2025-10-01", 8),
    ("2026-01-01", 3), ("2026-02-15", 9), ("2026-04-04", 3), ("2026-05-01", 5), ("2026-06-19", 3), ("2026-09-25", 3),
    ("2026-10-01", 7),
]  # fmt: skip
WORKED_WEEKENDS = [
    date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11),
    date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
]  # fmt: skip
FREE_DAYS = {date.fromisoformat(first) + timedelta(days=n) for first, count in FREE_SPANS for n in range(count)}


# Whole minutes from the beginning of 2025 to the end of October 2026, so that every limit tried ends within 2026.
MOMENTS = st.integers(0, 668 * 24 * 60).map(lambda n: datetime.fromisoformat("2025-01-01") + timedelta(minutes=n))


def _is_worked(day: date) -> bool:
    return day in WORKED_WEEKENDS or (day.weekday() < 5 and day not in FREE_DAYS)


@pytest.fixture(scope="module")
def minutes() -> list[datetime]:
    """Every working minute of 2025 and 2026, by its beginning."""
    found: list[datetime] = []
    for day in (date(2025, 1, 1) + timedelta(days=n) for n in range(730)):
        hours = (8, 9, 10, 11, 14, 15, 16, 17) if _is_worked(day) else ()
        found += [datetime.combine(day, time(hour, minute)) for hour in hours for minute in range(60)]
    return found


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return WorkCalendar(SHIFTS, {})


def _at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZONE)


def _due(calendar: WorkCalendar, start: str, value: int, unit: str) -> str:
    return calendar.deadline(_at(start), value, unit).due_at.isoformat(" ", "minutes")


def test_every_day_of_two_years_is_worked_or_free_as_published(calendar: WorkCalendar) -> None:
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
    assert [day for day in days if calendar.works(day)] == [day for day in days if _is_worked(day)]


@pytest.mark.parametrize("day", WORKED_WEEKENDS)
def test_a_weekend_worked_in_lieu_counts_hours_and_days(calendar: WorkCalendar, day: date) -> None:
    start = datetime.combine(day, time(8), ZONE)
    assert calendar.deadline(start, 8, "工作时").due_at == datetime.combine(day, time(18), ZONE)
    before = datetime.combine(day - timedelta(days=1), time(18), ZONE)
    assert calendar.deadline(before, 4, "工作时").due_at == datetime.combine(day, time(12), ZONE)


@settings(max_examples=300, deadline=None)
@given(
    start=MOMENTS,
    value=st.integers(1, 80),
)
def test_working_hours_end_with_the_last_counted_working_minute(
    calendar: WorkCalendar, minutes: list[datetime], start: datetime, value: int
) -> None:
    first = bisect_left(minutes, start)
    expected = minutes[first + value * 60 - 1] + timedelta(minutes=1)
    assert calendar.deadline(start.replace(tzinfo=ZONE), value, "工作时").due_at == expected.replace(tzinfo=ZONE)


@settings(max_examples=300, deadline=None)
@given(
    start=MOMENTS,
    value=st.integers(1, 15),
)
def test_working_days_end_at_the_working_minute_that_many_full_days_later(
    calendar: WorkCalendar, minutes: list[datetime], start: datetime, value: int
) -> None:
    expected = minutes[bisect_left(minutes, start) + value * 480]
    assert calendar.deadline(start.replace(tzinfo=ZONE), value, "工作日").due_at == expected.replace(tzinfo=ZONE)


@given(moment=MOMENTS, value=st.integers(1, 99))
def test_round_the_clock_units_skip_nothing(calendar: WorkCalendar, moment: datetime, value: int) -> None:
    start = moment.replace(tzinfo=ZONE)
    units = [("紧急工作时", 1), ("紧急工作日", 24), ("自然日", 24)]
    found = [calendar.deadline(start, value, unit).due_at - start for unit, _ in units]
    assert found == [timedelta(hours=hours * value) for _, hours in units]


@pytest.mark.parametrize(
    ("start", "value", "unit", "due"),
    [
        ("2026-11-24 10:00", 1, "工作日", "2026-11-25 10:00+08:00"),
        ("2026-11-27 10:00", 1, "工作日", "2026-11-30 10:00+08:00"),
        ("2026-11-28 12:00", 1, "工作日", "2026-12-01 08:00+08:00"),
        ("2026-11-24 12:00", 1, "工作日", "2026-11-25 14:00+08:00"),
        ("2026-11-24 18:00", 1, "工作时", "2026-11-25 09:00+08:00"),
        ("2026-11-24 14:00", 4, "工作时", "2026-11-24 18:00+08:00"),
        ("2026-09-30 17:00", 2, "工作时", "2026-10-08 09:00+08:00"),
        ("2026-10-01 03:00", 2, "紧急工作时", "2026-10-01 05:00+08:00"),
    ],
)
def test_a_start_at_the_edge_of_a_shift_counts_from_the_next(
    calendar: WorkCalendar, start: str, value: int, unit: str, due: str
) -> None:
    assert _due(calendar, start, value, unit) == due


def test_working_hours_explain_every_period_and_every_gap(calendar: WorkCalendar) -> None:
    assert calendar.deadline(_at("2026-09-30 11:30:30"), 10, "工作时").explanation == (
        "9月30日 周三 11:30:30-12:00 计29分30秒",
        "9月30日 周三 14:00-18:00 计4小时",
        "10月1日 周四至10月7日 周三 不计（国庆节）",
        "10月8日 周四 08:00-12:00 计4小时",
        "10月8日 周四 14:00-15:30:30 计1小时30分30秒",
        "2026年10月8日 15:30:30 到期（时限10个工作时）",
    )


def test_working_days_explain_every_day_counted_or_not(calendar: WorkCalendar) -> None:
    assert calendar.deadline(_at("2026-10-09 19:00"), 2, "工作日").explanation == (
        "10月10日 周六（国庆节调休上班） 08:00 起算",
        "10月11日 周日 不计（周日）",
        "10月12日 周一 计第1个工作日",
        "10月13日 周二 计第2个工作日",
        "2026年10月13日 08:00 到期（时限2个工作日）",
    )


def test_the_citys_own_days_override_the_statutory_ones() -> None:
    own = {date(2026, 12, 25): CityDay(False, "建市纪念日"), date(2026, 12, 26): CityDay(True, "建市纪念日调休")}
    calendar = WorkCalendar(SHIFTS, own)
    assert _due(calendar, "2026-12-24 17:00", 2, "工作时") == "2026-12-26 09:00+08:00"
    assert calendar.deadline(_at("2026-12-24 18:00"), 1, "工作时").explanation[:2] == (
        "12月25日 周五 不计（建市纪念日）",
        "12月26日 周六（建市纪念日调休） 08:00-09:00 计1小时",
    )


def test_years_nobody_knows_fall_back_to_weekends_and_are_warned_about(calendar: WorkCalendar) -> None:
    assert (calendar.works(date(2027, 1, 1)), calendar.works(date(2027, 1, 2))) == (True, False)
    warnings = calendar.warnings_for(date(2025, 6, 1), date(2028, 1, 1))
    assert [words[:6] for words in warnings] == ["2027 年", "2028 年"]


def test_a_pack_that_lists_the_holidays_of_a_year_makes_it_known_and_a_single_day_does_not() -> None:
    seven = {date(2027, 10, day): CityDay(False, "国庆节") for day in range(1, 8)}
    calendar = WorkCalendar(SHIFTS, seven | {date(2028, 1, 1): CityDay(False, "元旦")})
    assert [year for year in range(2026, 2030) if calendar.knows(year)] == [2026, 2027]


def test_a_start_of_another_zone_is_counted_in_the_citys_time(calendar: WorkCalendar) -> None:
    due = calendar.deadline(datetime(2026, 11, 24, 2, 0, tzinfo=UTC), 1, "工作时").due_at
    assert due.isoformat() == "2026-11-24T11:00:00+08:00"


@pytest.mark.parametrize(
    ("start", "value", "unit"),
    [
        (datetime.fromisoformat("2026-11-24 10:00"), 1, "工作时"),
        (_at("2026-11-24 10:00"), 0, "工作时"),
        (_at("2026-11-24 10:00"), 10**9, "工作时"),
        (_at("2026-11-24 10:00"), 1, "小时"),
    ],
)
def test_a_limit_that_cannot_be_counted_is_refused(
    calendar: WorkCalendar, start: datetime, value: int, unit: str
) -> None:
    with pytest.raises(Invalid):
        calendar.deadline(start, value, unit)


@pytest.mark.parametrize(
    "pairs", [[], [["08:00"]], [["12:00", "08:00"]], [["08:00", "12:00"], ["11:00", "18:00"]], [["8 Uhr", "12:00"]]]
)
def test_shift_times_that_make_no_day_are_refused(pairs: list[list[str]]) -> None:
    with pytest.raises(ValueError, match=r"shift|time of day"):
        parse_shifts(pairs)


def test_every_unit_has_its_chinese_spelling_and_an_english_name() -> None:
    assert [(unit.value, unit.english) for unit in LimitUnit] == [
        ("紧急工作时", "urgent hour"),
        ("工作时", "working hour"),
        ("工作日", "working day"),
        ("紧急工作日", "urgent day"),
        ("自然日", "calendar day"),
    ]
