"""The five things that can become of a report. Matched exhaustively wherever they are acted on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from intake.model.category import CategoryGuess, Intent, Urgency
from intake.model.location import Location


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A new problem, known well enough to be filed. `alternatives` are the other readings of its category."""

    location: Location
    guess: CategoryGuess
    urgency: Urgency
    alternatives: tuple[CategoryGuess, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttachToCase:
    """The same problem as a known case (一案多诉)."""

    case_number: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChaseUp:
    """催单: the citizen asks what became of a known case."""

    case_number: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerOnly:
    """咨询 or 表扬: to be answered, not a case."""

    intent: Intent
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskOperator:
    """Not sure enough: the desk decides. `similar` are numbers of cases it may belong to."""

    question: str
    similar: tuple[str, ...]
    reasons: tuple[str, ...]


Decision = OpenCase | AttachToCase | ChaseUp | AnswerOnly | AskOperator

# What an outcome is called, wherever it is stored, counted or told.
OUTCOMES: Mapping[type, str] = {
    OpenCase: "open",
    AttachToCase: "attach",
    ChaseUp: "chase_up",
    AnswerOnly: "answer",
    AskOperator: "ask",
}
