"""What a citizen may know: the stage of their report, not the people or the other reporters behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from case_api.store.moments import from_ms
from case_api.store.states import CITIZEN_STAGES
from case_api.views import CaseView, TrackingStep, TrackingView
from intake.model.contact import mask_numbers

EVENT_TITLES = {
    "opened": ("已立案", "A case was opened"),
    "dispatched": ("已派遣给责任单位", "Dispatched to the responsible unit"),
}
_STAGE_OF_OUTCOME = {None: "received", "ask": "asking", "answer": "answered"}


def tracking_view(row: Mapping[str, Any], case: CaseView | None, events: Sequence[Mapping[str, Any]]) -> TrackingView:
    """The view of one report and, when it has one, its case."""
    stage = case.state if case else _STAGE_OF_OUTCOME[row["outcome"]]
    zh, en = CITIZEN_STAGES[stage]
    return TrackingView(
        tracking_number=row["tracking_number"],
        received_at=from_ms(row["received_ms"]),
        stage=stage,
        stage_name=zh,
        stage_name_en=en,
        text=mask_numbers(row["text"]),
        case_number=case.number if case else None,
        category_name=case.category.name if case else None,
        category_name_en=case.category.name_en if case else None,
        address=case.location.address if case else None,
        unit_name=case.unit.name if case else None,
        due_at=case.due_at if case else None,
        steps=_steps(row, events),
    )


def _steps(row: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> list[TrackingStep]:
    steps = [TrackingStep(at=from_ms(row["received_ms"]), title="已收到您的诉求", title_en="Your report was received")]
    for event in events:
        if event["kind"] in EVENT_TITLES:
            zh, en = EVENT_TITLES[event["kind"]]
            steps.append(TrackingStep(at=from_ms(event["at_ms"]), title=zh, title_en=en))
    return steps
