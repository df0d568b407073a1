"""Dispatch: responsible units, the responsibility table, and the plan of a filing."""

from case_api.dispatch.filing import Filing, FilingPlan
from case_api.dispatch.reading import DivisionRow, check_cover, read_divisions, read_responsibility
from case_api.dispatch.responsibility import Assignment, Responsibility, Rule
from case_api.dispatch.units import Unit, Units, read_units

__all__ = [
    "Assignment",
    "DivisionRow",
    "Filing",
    "FilingPlan",
    "Responsibility",
    "Rule",
    "Unit",
    "Units",
    "check_cover",
    "read_divisions",
    "read_responsibility",
    "read_units",
]
