"""What the normaliser made of a report before it looked for known cases."""

from __future__ import annotations

from dataclasses import dataclass

from intake.model.category import Classification
from intake.model.location import Location
from intake.model.report import Report


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the normaliser: what it found and why, in words an operator can read."""

    step: str
    found: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """A report as it counts now (corrections applied, words as told), and what was understood of it.

    `text` is the cleaned form that was matched on; `place_question` is what to ask when the place is not sure.
    """

    report: Report
    text: str
    fingerprint: str
    location: Location | None
    place_question: str | None
    classification: Classification
    trace: tuple[TraceStep, ...]
    outside_county: bool = False
