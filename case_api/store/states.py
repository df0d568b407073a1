"""What the states and outcomes are called, for staff and for citizens."""

from __future__ import annotations

from intake.model import CaseState

STATE_NAMES: dict[CaseState, tuple[str, str]] = {
    CaseState.FILED: ("待派遣", "awaiting dispatch"),
    CaseState.DISPATCHED: ("处理中", "being handled"),
    CaseState.MERGED: ("已并入", "merged"),
}

CITIZEN_STAGES: dict[str, tuple[str, str]] = {
    "received": ("已收到，正在处理", "received, being read"),
    "asking": ("已收到，坐席核对中", "received, an operator is looking at it"),
    "answered": ("已收到，将由坐席答复", "received, an operator will answer"),
    str(CaseState.FILED): ("已立案，等待派遣", "a case is open, awaiting dispatch"),
    str(CaseState.MERGED): ("已并入相同问题的案卷", "joined to the case of the same problem"),
    str(CaseState.DISPATCHED): ("已派遣，责任单位处理中", "dispatched, the unit is at work"),
}


def state_names(state: str) -> tuple[str, str]:
    """The Chinese and English name of a case state."""
    return STATE_NAMES[CaseState(state)]
