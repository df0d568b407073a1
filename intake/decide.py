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

_OFFERED = 3
# Where the desk is asked anyway, a case is worth showing long before it would be worth asking about.
_WORTH_SHOWING = 0.15


@dataclass(frozen=True, slots=True)
class DecideRules:
    """Thresholds, 0-1. From `attach` it is the same problem as one known case; from `ask`, all known cases taken
    together, a person decides.

    With `verify_first` nothing is filed before a person looked at it (先核实后立案).
    """

    place_confidence: float = 0.6
    category_confidence: float = 0.3
    attach: float = 0.95
    ask: float = 0.75
    verify_first: bool = False


@dataclass(frozen=True, slots=True)
class Decider:
    """The rules as a function of an understanding and the open cases near it."""

    rules: DecideRules = DecideRules()

    def __call__(self, understood: Understanding, glimpses: Sequence[CaseGlimpse]) -> Decision:
        """Decide. Never raises; whatever is not sure goes to the desk with its question."""
        classification = understood.classification
        scores = ranked(understood, glimpses)
        if classification.intent in (Intent.CONSULTATION, Intent.PRAISE):
            return self._answer(understood, scores)
        if classification.intent is Intent.CHASE_UP and (chased := self._chased(understood, glimpses, scores)):
            return chased
        location, guess = self._sure(understood)
        if location is not None and (same := self._same(scores)):
            return same
        if location is None or guess is None:
            return self._ask_what_is_missing(understood, _offered(scores, glimpses))
        return self._ask_or_open(understood, location, guess, scores)

    def _answer(self, understood: Understanding, scores: Sequence[MatchScore]) -> Decision:
        """What only wants an answer, unless it tells of a problem that is known there: then a person looks at it."""
        classification = understood.classification
        location, _ = self._sure(understood)
        if location is not None and classification.guesses and _whole(scores) >= self.rules.ask:
            return self._ask_whether_same(scores, classification.reasons)
        return AnswerOnly(classification.intent, classification.reasons)

    def _sure(self, understood: Understanding) -> tuple[Location | None, CategoryGuess | None]:
        location = understood.location
        if location is not None and location.confidence < self.rules.place_confidence:
            location = None
        guesses = understood.classification.guesses
        guess = guesses[0] if guesses and guesses[0].confidence >= self.rules.category_confidence else None
        return location, guess

    def _chased(
        self, understood: Understanding, glimpses: Sequence[CaseGlimpse], scores: Sequence[MatchScore]
    ) -> Decision | None:
        """催单: the case whose number is named, else the sender's own, else the likeliest by its place.

        None when no case is known that it may mean.
        """
        why = understood.classification.reasons
        named = next((one for one in glimpses if one.named), None)
        if named is not None:
            return ChaseUp(named.number, (*why, f"催办中说了案卷{named.number}或其查询号"))
        own = [one for one in glimpses if one.own]
        if own:
            meant = next((one.glimpse for one in scores if one.glimpse.own), own[0])
            several = f"，共{len(own)}件，取{'最相符' if scores else '最近'}的一件" if len(own) > 1 else ""
            return ChaseUp(meant.number, (*why, f"同一电话先前反映过案卷{meant.number}{several}"))
        if _whole(scores) >= self.rules.ask:
            return ChaseUp(scores[0].glimpse.number, (*why, *scores[0].reasons))
        if scores:
            numbers = tuple(one.glimpse.number for one in scores[:_OFFERED])
            return AskOperator("催的是哪一件案卷？", numbers, (*why, *scores[0].reasons))
        return None

    def _ask_what_is_missing(self, understood: Understanding, similar: tuple[str, ...]) -> AskOperator:
        location, guess = self._sure(understood)
        questions = []
        if location is None:
            questions.append(understood.place_question or "地点不确定，请确认在哪里。")
        if guess is None:
            questions.append("没有认出是什么问题，请选择类别。")
        reasons = tuple(step.found for step in understood.trace)
        return AskOperator("".join(questions), similar, reasons)

    def _same(self, scores: Sequence[MatchScore]) -> AttachToCase | None:
        """The case that it is for certain; its category is the report's, even where that was not recognised."""
        best = scores[0] if scores else None
        if best is None or not (best.certain or best.score >= self.rules.attach):
            return None
        return AttachToCase(best.glimpse.number, best.score, best.reasons)

    def _ask_or_open(
        self,
        understood: Understanding,
        location: Location,
        guess: CategoryGuess,
        scores: Sequence[MatchScore],
    ) -> Decision:
        best = scores[0] if scores else None
        if _whole(scores) >= self.rules.ask:
            return self._ask_whether_same(scores)
        known = best.reasons if best is not None else ("附近没有同类的未结案卷",)
        if self.rules.verify_first:
            return AskOperator("请核实后立案。", _offered(scores, ()), known)
        alternatives = understood.classification.guesses[1:]
        return OpenCase(location, guess, understood.classification.urgency, alternatives, known)

    def _ask_whether_same(self, scores: Sequence[MatchScore], why: tuple[str, ...] = ()) -> AskOperator:
        best = scores[0]
        question = f"是否与案卷{best.glimpse.number}为同一问题？"
        return AskOperator(question, _offered(scores, ()), (*why, *best.reasons))


def ranked(understood: Understanding, glimpses: Sequence[CaseGlimpse]) -> list[MatchScore]:
    """The known cases that a report may be about, the likeliest first; none without a place."""
    if understood.location is None:
        return []
    return score_all(understood, understood.location, glimpses)


def _offered(scores: Sequence[MatchScore], glimpses: Sequence[CaseGlimpse]) -> tuple[str, ...]:
    """The likeliest cases, if it may be one of them; and those the sender is known by."""
    likely = [one.glimpse.number for one in scores] if _whole(scores) >= _WORTH_SHOWING else []
    known = [one.number for one in glimpses if one.own or one.named]
    return tuple(dict.fromkeys([*likely, *known]))[:_OFFERED]


def _whole(scores: Sequence[MatchScore]) -> float:
    """How likely it is that it is one of the known cases."""
    return sum(one.score for one in scores)
