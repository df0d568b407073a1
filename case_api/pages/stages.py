"""The seven stages of a case as a citizen sees them, and where a report stands among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STAGES: tuple[tuple[str, str], ...] = (
    ("信息收集", "Report received"),
    ("案卷建立", "Case opened"),
    ("任务派遣", "Dispatch"),
    ("任务处理", "Being fixed"),
    ("处理反馈", "Work reported"),
    ("核查结案", "Checked and closed"),
    ("综合评价", "Evaluation"),
)

# A stage of `TrackingView` and the number, from 0, of the stage that is going on.
POSITIONS: Mapping[str, int] = {"received": 0, "asking": 0, "answered": 0, "filed": 2, "dispatched": 3}


@dataclass(frozen=True, slots=True)
class StageMark:
    """One of the seven: `mark` is done, now or later."""

    zh: str
    en: str
    mark: str


def stage_marks(stage: str) -> tuple[StageMark, ...]:
    """The seven stages with what is behind and what is ahead; an unknown stage stands at the first."""
    here = POSITIONS.get(stage, 0)
    return tuple(
        StageMark(zh, en, "done" if number < here else "now" if number == here else "later")
        for number, (zh, en) in enumerate(STAGES)
    )
