"""Step 3: what it is."""

from __future__ import annotations

from intake.model import Classification, Report, TraceStep
from intake.ports import Classifier


def classify(report: Report, text: str, classifier: Classifier) -> tuple[Classification, TraceStep]:
    """Readings of the text, the sender's own choice of a category counting as given."""
    classification = classifier.classify(text, report.answers.get("category"))
    if not classification.guesses:
        return classification, TraceStep("classify", f"没有认出类别（{classification.intent}）", classification.reasons)
    best = classification.guesses[0]
    found = f"{best.category.kind} {best.category.class_name} {best.category.name}（把握{best.confidence:.2f}）"
    return classification, TraceStep("classify", found, (*best.reasons, *classification.reasons))
