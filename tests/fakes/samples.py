"""Reports, places and readings for tests, each one value away from ordinary."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from datetime import datetime

from intake.model import (
    AttachToCase,
    CaseGlimpse,
    Category,
    CategoryGuess,
    Classification,
    Condition,
    Contact,
    Decision,
    Intent,
    Location,
    OpenCase,
    Origin,
    Precision,
    Report,
    TraceStep,
    Understanding,
    Urgency,
)
from intake.spelling import clean_text, fingerprint
from tests.fakes.clock import START

TEXT = "青阳街道青新社区门口井盖不见了，很危险"
OTHER_WORDS = "青新社区门口的井盖丢了"
LON, LAT = 118.57, 24.81
CODE12 = "350582001004"
MANHOLE = Category("CJ/T 214-2007", "部件", "01", "公用设施", "01", "上水井盖", "water cover", "manhole", 50.0)
LAMP = Category("CJ/T 214-2007", "部件", "01", "公用设施", "10", "路灯", "street lamp", "lamp", 30.0)


def a_guess(category: Category = MANHOLE, confidence: float = 0.9) -> CategoryGuess:
    """A reading with the category's first condition."""
    condition = Condition(category.key, 1, "缺失、破损", 2, "紧急工作时", "已恢复")
    return CategoryGuess(category, condition, confidence, reasons=("井盖",))


def a_report(name: str = "r1", text: str = TEXT, received_at: datetime = START, channel: str = "web") -> Report:
    """A report whose id and external_id are both `name`."""
    return Report(name, Origin(channel, name, received_at), Contact(), text)


def a_location(east_metres: float = 0.0, **changes: object) -> Location:
    """The village gate, or so many metres east of it."""
    lon = LON + east_metres / (111_385.0 * math.cos(math.radians(LAT)))
    place = Location(lon, LAT, 20.0, Precision.LANDMARK, "青新社区", CODE12, CODE12 + "001", 0.9, "words")
    return dataclasses.replace(place, **changes)  # type: ignore[arg-type]


def a_classification(
    *guesses: CategoryGuess, intent: Intent = Intent.PROBLEM, urgency: Urgency = Urgency.NORMAL
) -> Classification:
    """Readings of an ordinary problem; the manhole unless told otherwise."""
    return Classification(intent, urgency, guesses or (a_guess(),), ("词语相符",))


def understood(
    report: Report, location: Location | None = None, classification: Classification | None = None
) -> Understanding:
    """A report at the village gate about a manhole, unless told otherwise."""
    text = clean_text(report.text)
    return Understanding(
        report=report,
        text=text,
        fingerprint=fingerprint(text),
        location=location or a_location(),
        place_question=None,
        classification=classification or a_classification(),
        trace=(TraceStep("clean", text),),
    )


def a_glimpse(number: str = "26112400001", text: str = TEXT, distance_metres: float = 0.0) -> CaseGlimpse:
    """A known case about a manhole."""
    return CaseGlimpse(number, MANHOLE.key, distance_metres, 20.0, START, text, frozenset({fingerprint(text)}))


def open_or_attach(understood: Understanding, glimpses: Sequence[CaseGlimpse]) -> Decision:
    """The simplest rule: attach to the first known case near, else open."""
    if glimpses:
        return AttachToCase(glimpses[0].number, 1.0, ("同一问题",))
    assert understood.location is not None
    guess = understood.classification.guesses[0]
    return OpenCase(understood.location, guess, understood.classification.urgency, (), ("附近没有同类",))
