"""Clocks: working days, shift times, and deadlines that explain themselves."""

from case_api.clocks.calendar import CITY_ZONE, Deadline, WorkCalendar
from case_api.clocks.days import CityDay
from case_api.clocks.holidays import read_city_days
from case_api.clocks.shifts import Shift, parse_shifts
from case_api.clocks.units import LimitUnit

__all__ = ["CITY_ZONE", "CityDay", "Deadline", "LimitUnit", "Shift", "WorkCalendar", "parse_shifts", "read_city_days"]
