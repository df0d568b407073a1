"""What the normaliser found about a report the desk must decide on: places and readings, kept beside the question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from case_api.store.chain import canonical
from intake.model import CategoryGuess, Location, PlaceCandidate, Understanding
from intake.model.contact import mask_numbers

_READINGS = 5


def found_json(understood: Understanding) -> str:
    """Places (best first) and readings of the category, as JSON text."""
    location = understood.location
    places = [] if location is None else [_of_location(location), *map(_of_candidate, location.runners_up)]
    readings = [_of_guess(one) for one in understood.classification.guesses[:_READINGS]]
    found = {
        "places": places,
        "readings": readings,
        "urgency": str(understood.classification.urgency),
        "fingerprint": understood.fingerprint,
        "looks": [one.look for one in understood.report.evidence if one.look],
        "text": mask_numbers(understood.report.text.strip()),
        "outside_county": understood.outside_county,
    }
    return canonical(found)


def _of_location(location: Location) -> Mapping[str, Any]:
    return {
        "name": location.address,
        "code12": location.code12,
        "lon": location.lon,
        "lat": location.lat,
        "cell": location.cell,
        "precision": str(location.precision),
        "accuracy_metres": location.accuracy_metres,
        "confidence": location.confidence,
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
    }


def _of_guess(guess: CategoryGuess) -> Mapping[str, Any]:
    return {
        "category_key": guess.category.key,
        "condition_number": guess.condition.number,
        "confidence": guess.confidence,
    }
