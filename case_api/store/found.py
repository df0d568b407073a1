"""What the normaliser found about a report the desk must decide on: places and readings, kept beside the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from case_api.spans import as_told
from case_api.store.chain import canonical
from intake.model import CategoryGuess, Location, PlaceCandidate, Understanding
from intake.model.contact import mask_numbers

_READINGS = 5


def found_json(understood: Understanding) -> str:
    """Places (best first) and readings of the category with the words behind them, as JSON text.

    Spans are those of `text`: what was told, as the desk is shown it.
    """
    location = understood.location
    told = mask_numbers(understood.report.text.strip())
    why = next((step.reasons for step in understood.trace if step.step == "locate"), ())
    places = [] if location is None else [_of_location(location, why), *map(_of_candidate, location.runners_up)]
    readings = [
        {**_of_guess(one), "spans": as_told(told, understood.text, one.spans)}
        for one in understood.classification.guesses[:_READINGS]
    ]
    found = {
        "places": places,
        "readings": readings,
        "urgency": str(understood.classification.urgency),
        "fingerprint": understood.fingerprint,
        "looks": [one.look for one in understood.report.evidence if one.look],
        "text": told,
        "outside_county": understood.outside_county,
    }
    return canonical(found)


def _of_location(location: Location, why: Sequence[str]) -> Mapping[str, Any]:
    return {
        "name": location.address,
        "code12": location.code12,
        "lon": location.lon,
        "lat": location.lat,
        "cell": location.cell,
        "precision": str(location.precision),
        "accuracy_metres": location.accuracy_metres,
        "confidence": location.confidence,
        "reasons": why,
    }


def _of_candidate(candidate: PlaceCandidate) -> Mapping[str, Any]:
    return {
        "name": candidate.name,
        "code12": candidate.code12,
        "lon": candidate.lon,
        "lat": candidate.lat,
        "cell": candidate.cell,
        "precision": str(candidate.precision),
        "accuracy_metres": candidate.accuracy_metres,
        "confidence": candidate.confidence,
        "reasons": candidate.reasons,
    }


def _of_guess(guess: CategoryGuess) -> Mapping[str, Any]:
    return {
        "category_key": guess.category.key,
        "condition_number": guess.condition.number,
        "confidence": guess.confidence,
    }
