"""Step 5: what becomes of a report. Pure: an understanding and the known cases near it give one decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.model import (
    AnswerOnly,
    AskOperator,
    AttachToCase,
    CaseGlimpse,
    CategoryGuess,
    ChaseUp,
    Decision,
    Intent,
    Location,
    OpenCase,
    Understanding,
)
from intake.sameness import MatchScore, score_all


@dataclass(frozen=True, slots=True)
class DecideRules:
    """Thresholds, 0-1. Above `attach` it is the same problem, between `ask` and `attach` a person decides.

    With `verify_first` nothing is filed before a person looked at it (先核实后立案).
    """

    place_confidence: float = 0.6
    category_confidence: float = 0.3
    attach: float = 0.82
    ask: float = 0.55
    verify_first: bool = False


@dataclass(frozen=True, slots=True)
class Decider:
    """The rules as a function of an understanding and the open cases near it."""

    rules: DecideRules = DecideRules()

    def __call__(self, understood: Understanding, glimpses: Sequence[CaseGlimpse]) -> Decision:
        """Decide. Never raises; whatever is not sure goes to the desk with its question."""
        classification = understood.classification
        if classification.intent in (Intent.CONSULTATION, Intent.PRAISE):
            return AnswerOnly(classification.intent, classification.reasons)
        location, guess = self._sure(understood)
        scores = _ranked(understood, glimpses)
        similar = tuple(one.glimpse.number for one in scores[:3])
        if location is None or guess is None:
            return self._ask_what_is_missing(understood, similar)
        if classification.intent is Intent.CHASE_UP and scores:
            return ChaseUp(scores[0].glimpse.number, (*classification.reasons, *scores[0].reasons))
        return self._same_or_new(understood, location, guess, scores)

    def _sure(self, understood: Understanding) -> tuple[Location | None, CategoryGuess | None]:
        location = understood.location
        if location is not None and location.confidence < self.rules.place_confidence:
            location = None
        guesses = understood.classification.guesses
        guess = guesses[0] if guesses and guesses[0].confidence >= self.rules.category_confidence else None
        return location, guess

    def _ask_what_is_missing(self, understood: Understanding, similar: tuple[str, ...]) -> AskOperator:
        location, guess = self._sure(understood)
        questions = []
        if location is None:
            questions.append(understood.place_question or "地点不确定，请确认在哪里。")
        if guess is None:
            questions.append("没有认出是什么问题，请选择类别。")
        reasons = tuple(step.found for step in understood.trace)
        return AskOperator("".join(questions), similar, reasons)

    def _same_or_new(
        self,
        understood: Understanding,
        location: Location,
        guess: CategoryGuess,
        scores: Sequence[MatchScore],
    ) -> Decision:
        best = scores[0] if scores else None
        if best is not None and (best.certain or best.score >= self.rules.attach):
            return AttachToCase(best.glimpse.number, best.score, best.reasons)
        if best is not None and best.score >= self.rules.ask:
            similar = tuple(one.glimpse.number for one in scores[:3])
            return AskOperator(f"是否与案卷{best.glimpse.number}为同一问题？", similar, best.reasons)
        known = best.reasons if best is not None else ("附近没有同类的未结案卷",)
        if self.rules.verify_first:
            similar = tuple(one.glimpse.number for one in scores[:3])
            return AskOperator("请核实后立案。", similar, known)
        alternatives = understood.classification.guesses[1:]
        return OpenCase(location, guess, understood.classification.urgency, alternatives, known)


def _ranked(understood: Understanding, glimpses: Sequence[CaseGlimpse]) -> list[MatchScore]:
    if understood.location is None or not understood.classification.guesses:
        return []
    return score_all(understood, understood.location, glimpses)
