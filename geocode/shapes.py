"""The JSON of `geocode locate`, shared by the command line and the API."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from geocode.explain import Explanation
from intake.model import PlaceAnswer, PlaceCandidate


class CandidateShape(BaseModel):
    """One place. `lon`, `lat` in degrees of `datum`; `span` is `[start, end)` of the text; confidence 0-1; `grid` is
    the responsibility grid, empty where the city has none."""

    model_config = ConfigDict(frozen=True)

    name: str
    code12: str
    lon: float
    lat: float
    datum: str
    precision: str
    accuracy_metres: float
    cell: str
    confidence: float
    span: tuple[int, int]
    reasons: list[str]
    grid: str = ""


class AnswerShape(BaseModel):
    """Candidates, best first; `question` is what to ask back, null when the first candidate is sure."""

    model_config = ConfigDict(frozen=True)

    text: str
    candidates: list[CandidateShape]
    question: str | None


class SpanShape(BaseModel):
    """`[start, end)` of the text and what it was taken for; see `geocode.explain.TextSpan`."""

    model_config = ConfigDict(frozen=True)

    start: int
    end: int
    role: str
    words: str


class ExplanationShape(AnswerShape):
    """An answer with the steps to it, zh, and the spans of the text behind it."""

    steps: list[str]
    spans: list[SpanShape]


def candidate_shape(candidate: PlaceCandidate) -> CandidateShape:
    """The JSON of one candidate."""
    return CandidateShape(
        name=candidate.name,
        code12=candidate.code12,
        lon=candidate.lon,
        lat=candidate.lat,
        datum=candidate.datum.value,
        precision=candidate.precision.value,
        accuracy_metres=candidate.accuracy_metres,
        cell=candidate.cell,
        confidence=candidate.confidence,
        span=candidate.span,
        reasons=list(candidate.reasons),
        grid=candidate.grid,
    )


def answer_shape(answer: PlaceAnswer) -> AnswerShape:
    """The JSON of an answer."""
    candidates = [candidate_shape(candidate) for candidate in answer.candidates]
    return AnswerShape(text=answer.text, candidates=candidates, question=answer.question)


def explanation_shape(explanation: Explanation) -> ExplanationShape:
    """The JSON of an explanation."""
    answer = explanation.answer
    return ExplanationShape(
        text=answer.text,
        candidates=[candidate_shape(candidate) for candidate in answer.candidates],
        question=answer.question,
        steps=list(explanation.steps),
        spans=[SpanShape(start=one.start, end=one.end, role=one.role, words=one.words) for one in explanation.spans],
    )
