"""The hash chain of one case: every event carries the hash of the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import RowMapping

GENESIS = ""
_HASHED = ("prev_hash", "case_number", "n", "kind", "at_ms", "actor", "payload")


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last event of a case: its number in the chain and its hash."""

    n: int
    hash: str


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event before it joins a chain. `payload` is JSON-able."""

    case_number: str
    kind: str
    at_ms: int
    actor: str
    payload: Mapping[str, Any]


def canonical(value: object) -> str:
    """The one JSON text of a value: keys sorted, no blanks."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def event_hash(event: Mapping[str, Any] | RowMapping) -> str:
    """SHA-256 (hex) over everything the row of an event says and the hash before it."""
    return hashlib.sha256(orjson.dumps([event[name] for name in _HASHED], default=repr)).hexdigest()


def link(draft: EventDraft, head: ChainHead | None) -> dict[str, Any]:
    """The row of a draft that follows `head`, ready to be inserted."""
    row = {
        "case_number": draft.case_number,
        "n": head.n + 1 if head else 1,
        "kind": draft.kind,
        "at_ms": draft.at_ms,
        "actor": draft.actor,
        "payload": canonical(draft.payload),
        "prev_hash": head.hash if head else GENESIS,
    }
    return {**row, "hash": event_hash(row)}
