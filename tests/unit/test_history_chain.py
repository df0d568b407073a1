"""One case's chain of events, and the database that refuses to rewrite it."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from case_api.store.chain import GENESIS, ChainHead, EventDraft, canonical, event_hash, link
from tests.fakes.clock import FakeClock
from tests.fakes.samples import a_report, open_or_attach, understood
from tests.fakes.stores import SqlStores, sql_stores

DRAFT = EventDraft("26112400001", "opened", 1_795_482_000_000, "hub", {"report_id": "r1", "reasons": ["近", "新"]})
_REPLACE_BY_NUMBER = """INSERT OR REPLACE INTO case_event
(seq, case_number, n, kind, at_ms, actor, payload, prev_hash, hash)
SELECT seq + 1, case_number, n, kind, at_ms, 'nobody', payload, prev_hash, hash FROM case_event"""
words = st.text(st.characters(codec="utf-8"), max_size=12)
drafts = st.builds(
    EventDraft,
    case_number=words,
    kind=words,
    at_ms=st.integers(0, 2**52),
    actor=words,
    payload=st.dictionaries(words, words | st.integers(-(2**52), 2**52) | st.none(), max_size=3),
)


def test_the_first_event_follows_nothing() -> None:
    row = link(DRAFT, None)
    assert (row["n"], row["prev_hash"], row["hash"]) == (1, GENESIS, event_hash(row))


def test_the_next_event_carries_the_hash_of_the_one_before() -> None:
    first = link(DRAFT, None)
    second = link(DRAFT, ChainHead(first["n"], first["hash"]))
    assert (second["n"], second["prev_hash"]) == (2, first["hash"])
    assert second["hash"] != first["hash"]


def test_the_order_of_keys_in_a_payload_does_not_matter() -> None:
    other = dataclasses.replace(DRAFT, payload={"reasons": ["近", "新"], "report_id": "r1"})
    assert link(other, None) == link(DRAFT, None)


def test_the_order_of_a_list_in_a_payload_does() -> None:
    other = dataclasses.replace(DRAFT, payload={"report_id": "r1", "reasons": ["新", "近"]})
    assert link(other, None)["hash"] != link(DRAFT, None)["hash"]


@given(drafts, drafts)
def test_two_events_share_a_hash_only_when_they_say_the_same(one: EventDraft, other: EventDraft) -> None:
    first, second = link(one, None), link(other, None)
    same = {**first, "hash": ""} == {**second, "hash": ""}
    assert (first["hash"] == second["hash"]) == same


@given(words, words)
def test_words_cannot_move_from_one_column_to_the_next_unseen(kind: str, actor: str) -> None:
    row: Mapping[str, Any] = link(dataclasses.replace(DRAFT, kind=kind, actor=f"x\n{actor}"), None)
    moved = {**row, "kind": f"{kind}\nx", "actor": actor}
    assert event_hash(row) != event_hash(moved)


def test_canonical_text_is_sorted_and_without_blanks() -> None:
    assert canonical({"b": [1, None], "a": "井"}) == '{"a":"井","b":[1,null]}'


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[SqlStores]:
    opened = sql_stores(tmp_path / "hub.db", FakeClock())
    report = a_report()
    await opened.reports.add(report, b"")
    await opened.cases.settle([understood(report)], open_or_attach)
    yield opened
    opened.database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_event SET actor = 'nobody'",
        "UPDATE case_event SET hash = hash",
        "DELETE FROM case_event",
        "DELETE FROM case_event WHERE n = 1",
        "REPLACE INTO case_event SELECT * FROM case_event",
        _REPLACE_BY_NUMBER,
    ],
)
def test_the_database_refuses_to_change_or_delete_history(stores: SqlStores, statement: str) -> None:
    history = text("SELECT * FROM case_event")
    before = stores.database.transaction(lambda connection: connection.execute(history).all())
    with pytest.raises(IntegrityError):
        stores.database.transaction(lambda connection: connection.execute(text(statement)))
    assert stores.database.transaction(lambda connection: connection.execute(history).all()) == before
