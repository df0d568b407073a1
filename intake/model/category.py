"""The catalogue's words: categories, filing conditions, and what a text was taken for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Urgency(StrEnum):
    """一般, 紧急, 特急."""

    NORMAL = "normal"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Intent(StrEnum):
    """What the citizen wants: only a problem can become a case; the others are answered, attached or asked about."""

    PROBLEM = "problem"
    CHASE_UP = "chase_up"
    CONSULTATION = "consultation"
    PRAISE = "praise"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Category:
    """小类 of a catalogue such as CJ/T 214-2007. `kind` is 部件 or 事件; duplicates are sought in its `group`, as far
    as `radius_metres`."""

    standard: str
    kind: str
    class_code: str
    class_name: str
    sub_code: str
    name: str
    name_en: str = ""
    group: str = ""
    radius_metres: float = 50.0

    @property
    def code(self) -> str:
        """Four digits: class and sub-class."""
        return f"{self.class_code}{self.sub_code}"

    @property
    def key(self) -> str:
        """`部件0101`: unique within a standard; what forms and answers carry."""
        return f"{self.kind}{self.code}"


@dataclass(frozen=True, slots=True)
class Condition:
    """立案条件. The condition, not the category, fixes limit, closing text and responsible unit."""

    category_key: str
    number: int
    filing: str
    limit_value: int
    limit_unit: str
    closing: str


@dataclass(frozen=True, slots=True)
class CategoryGuess:
    """One reading of a text. `spans` are the words of the text that speak for it; confidence 0-1."""

    category: Category
    condition: Condition
    confidence: float
    spans: tuple[tuple[int, int], ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """Guesses, best first, with intent and urgency and the reasons for each."""

    intent: Intent
    urgency: Urgency
    guesses: tuple[CategoryGuess, ...]
    reasons: tuple[str, ...] = ()
