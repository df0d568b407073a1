"""Rows of cases and of their reports as the glimpses that sameness is judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from case_api.store.moments import from_ms
from intake.model import CaseGlimpse

COLUMNS = (
    "c.number, c.category_key, c.x_metres, c.y_metres, c.accuracy_metres, c.opened_ms, c.text, c.address, c.proposed"
)
# Where a row has the moment its case was opened.
OPENED = 5
# One report of a case: its words, when it joined, the looks of its photos; one column, so that an array can hold it.
MEMBER = "r.fingerprint || ' ' || CAST(r.joined_ms AS TEXT) || ' ' || coalesce(r.looks, '')"

Found = tuple[Sequence[Any], set[str]]


def by_case(rows: Sequence[Sequence[Any]]) -> dict[str, Found]:
    """Rows of case and member, gathered by case."""
    found: dict[str, Found] = {}
    for row in rows:
        found.setdefault(row[0], (row, set()))[1].add(row[-1])
    return found


def glimpse_of(
    found: Found, key: str | None, distance_metres: float, *, own: bool = False, named: bool = False
) -> CaseGlimpse:
    """The glimpse of a case so far away, for a report whose best reading is `key`."""
    row, members = found
    number, category_key, _, _, accuracy_metres, opened_ms, words, address, proposed = row[:9]
    told = [member.split(" ") for member in members]
    last_ms = max((int(joined_ms) for _, joined_ms, *_ in told), default=opened_ms)
    return CaseGlimpse(
        number=number,
        category_key=category_key,
        distance_metres=distance_metres,
        accuracy_metres=accuracy_metres,
        opened_at=from_ms(opened_ms),
        text=words,
        fingerprints=frozenset(fingerprint for fingerprint, *_ in told),
        address=address,
        other_keys=_other_keys(proposed) if key not in (None, category_key) else {},
        last_told_at=from_ms(last_ms) if last_ms > opened_ms else None,
        looks=frozenset(look for _, _, *looks in told for look in looks if look),
        own=own,
        named=named,
    )


def _other_keys(proposed: str) -> Mapping[str, float]:
    """The other readings of a case's category, beside the one it was filed under."""
    known = orjson.loads(proposed)
    best = known.get("confidence") or 1.0
    return {one["category_key"]: min(one["confidence"] / best, 1.0) for one in known["alternatives"]}
