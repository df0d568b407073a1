"""When cases may be merged and come apart, and whose clocks count. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from case_api.store.states import state_names
from intake.errors import Invalid, NotAllowedNow
from intake.model import CaseState

Row = Mapping[str, Any]
_CLOCKS = ("due_ms", "opened_ms")


def check_merge(gone: Row, kept: Row) -> None:
    """Raises Invalid for a case and itself, NotAllowedNow for states that forbid it."""
    if gone["number"] == kept["number"]:
        raise Invalid("案卷不能并入自己，请选择另一件。", "A case cannot join itself: choose another.")
    for row in (gone, kept):
        if not row["open"]:
            zh, en = state_names(row["state"])
            where = f"（{row['merged_into']}）" if row["merged_into"] else ""
            raise NotAllowedNow(
                f"案卷{row['number']}现为“{zh}”{where}，不能并案。",
                f"Case {row['number']} is {en}: it cannot be merged.",
            )
    if gone["state"] == CaseState.DISPATCHED and kept["state"] == CaseState.FILED:
        raise NotAllowedNow(
            f"案卷{gone['number']}已经派遣，请反过来：把{kept['number']}并入{gone['number']}。",
            f"Case {gone['number']} is with its unit already: merge {kept['number']} into it instead.",
        )


def check_unmerge(gone: Row, kept: Row) -> None:
    """Raises NotAllowedNow when the case that took the other in is not open any more."""
    del gone
    if not kept["open"]:
        zh, en = state_names(kept["state"])
        raise NotAllowedNow(
            f"案卷{kept['number']}现为“{zh}”，请先撤销它的并案。",
            f"Case {kept['number']} is {en}: undo that first.",
        )


def clocks_with(kept: Row, gone: Row) -> dict[str, Any]:
    """The clocks of a case that takes another in: the earliest promise is kept, its own are remembered."""
    changes: dict[str, Any] = {}
    for name in _CLOCKS:
        own = kept[f"own_{name}"]
        changes[f"own_{name}"] = kept[name] if own is None else own
        changes[name] = min(kept[name], gone[name])
    return changes


def clocks_without(kept: Row, gone: Row, others: Sequence[Row]) -> dict[str, Any]:
    """The clocks of a case that lets another go, `others` staying. One that was set anew meanwhile is left alone."""
    changes: dict[str, Any] = {}
    for name in _CLOCKS:
        own = kept[f"own_{name}"]
        stays = [own, *(one[name] for one in others)]
        untouched = kept[name] == min([*stays, gone[name]])
        changes[name] = min(stays) if untouched else kept[name]
        changes[f"own_{name}"] = own if others else None
    return changes
