"""The normaliser as a visible list of steps: clean, locate, classify. Match and decide follow inside the store's
transaction, where two reports of one thing cannot pass each other."""

from __future__ import annotations

from dataclasses import dataclass

from intake.model import TraceStep, Understanding, WaitingReport
from intake.model.contact import mask_numbers
from intake.ports import Classifier, Geocoder
from intake.spelling import clean_text, fingerprint
from intake.steps.classify import classify
from intake.steps.clean import corrected
from intake.steps.locate import locate


@dataclass(frozen=True, slots=True)
class Normaliser:
    """Understands one report at a time; pure but for the two engines it asks."""

    geocoder: Geocoder
    classifier: Classifier

    def understand(self, waiting: WaitingReport) -> Understanding:
        """Clean, locate and classify. Raises Permanent when the report cannot be processed as it is."""
        report = corrected(waiting.report, waiting.corrections)
        text = clean_text(mask_numbers(report.text))
        placed = locate(report, text, self.geocoder, waiting.recent)
        classification, classified = classify(report, text, self.classifier)
        fixes = tuple(f"{one.by}更正了{one.field}" for one in waiting.corrections)
        return Understanding(
            report=report,
            text=text,
            fingerprint=fingerprint(text),
            location=placed.location,
            place_question=placed.question,
            classification=classification,
            trace=(TraceStep("clean", text, fixes), placed.step, classified),
            outside_county=placed.outside_county,
        )
