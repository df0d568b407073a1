"""A place as the API answers it."""

from __future__ import annotations

from case_api.api.shapes import CandidateView
from intake.model import PlaceCandidate


def candidate_view(found: PlaceCandidate) -> CandidateView:
    """A candidate as it is answered."""
    return CandidateView(
        name=found.name,
        code12=found.code12,
        lon=found.lon,
        lat=found.lat,
        datum=str(found.datum),
        precision=str(found.precision),
        accuracy_metres=found.accuracy_metres,
        cell=found.cell,
        grid=found.grid,
        confidence=found.confidence,
        span=found.span,
        reasons=list(found.reasons),
    )
