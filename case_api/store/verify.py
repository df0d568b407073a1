"""Proof of the history: every hash recomputed, every anchor checked against what is there now."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from case_api.store.anchors import anchor_hash, root_of
from case_api.store.chain import GENESIS, event_hash
from case_api.store.journal import Journal

_EVENTS = text(
    "SELECT case_number, n, kind, at_ms, actor, payload, prev_hash, hash FROM case_event ORDER BY case_number, n",
)
_ANCHORS = text("SELECT id, at_ms, events, root, prev_hash, hash FROM anchor ORDER BY id")
_LEAVES = text(
    "SELECT l.anchor_id, l.case_number, l.n, e.hash FROM anchor_leaf l "
    "LEFT JOIN case_event e ON e.case_number = l.case_number AND e.n = l.n "
    "ORDER BY l.anchor_id, l.case_number, l.n",
)
_UNCOVERED = text(
    "SELECT e.case_number, e.n FROM case_event e "
    "WHERE NOT EXISTS (SELECT 1 FROM anchor_leaf l WHERE l.case_number = e.case_number AND l.n = e.n) "
    "AND NOT EXISTS (SELECT 1 FROM unanchored u WHERE u.case_number = e.case_number AND u.n = e.n) "
    "ORDER BY e.case_number, e.n",
)
_HEADLESS = text(
    "SELECT c.number FROM case_file c WHERE NOT EXISTS (SELECT 1 FROM case_event e WHERE e.case_number = c.number)",
)


# Millions of rows pass by, some thousands at a time: the driver of PostgreSQL would fetch all of them at once.
_STREAMED = {"yield_per": 2000}


@dataclass(slots=True)
class Proof:
    """What was checked and what is wrong, in words; `ok` when nothing is."""

    cases: int = 0
    events: int = 0
    anchors: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether history is whole."""
        return not self.faults


def verify_history(connection: Connection, journal: Path) -> Proof:
    """Recompute every chain and every anchor of the database, and compare with the journal outside it."""
    proof = Proof()
    _check_chains(connection, proof)
    anchors = _check_anchors(connection, proof)
    _check_leaves(connection, proof, anchors)
    _check_journal(journal, proof, anchors)
    _check_coverage(connection, proof)
    return proof


def _check_chains(connection: Connection, proof: Proof) -> None:
    rows = connection.execute(_EVENTS, execution_options=_STREAMED).mappings()
    for number, events in groupby(rows, key=lambda row: row["case_number"]):
        proof.cases += 1
        prev_hash, expected_n = GENESIS, 1
        for event in events:
            proof.events += 1
            in_place = event["n"] == expected_n and event["prev_hash"] == prev_hash
            if not in_place or event["hash"] != event_hash(event):
                proof.faults.append(f"案卷{number}的第{expected_n}条历史被改动或缺失")
                break
            prev_hash, expected_n = event["hash"], expected_n + 1


def _check_anchors(connection: Connection, proof: Proof) -> dict[int, Any]:
    anchors: dict[int, Any] = {}
    prev_hash = ""
    for row in connection.execute(_ANCHORS):
        proof.anchors += 1
        anchors[row.id] = row
        digest = anchor_hash(row.id, row.at_ms, row.events, row.root, prev_hash)
        if row.id != proof.anchors or row.prev_hash != prev_hash or row.hash != digest:
            proof.faults.append(f"第{proof.anchors}个锚点被改动或缺失")
        prev_hash = row.hash
    return anchors


def _check_leaves(connection: Connection, proof: Proof, anchors: dict[int, Any]) -> None:
    seen = set()
    rows = connection.execute(_LEAVES, execution_options=_STREAMED)
    for anchor_id, group in groupby(rows, key=lambda row: row.anchor_id):
        seen.add(anchor_id)
        leaves = list(group)
        proof.faults += [f"案卷{leaf.case_number}的第{leaf.n}条历史被删除" for leaf in leaves if leaf.hash is None]
        anchor = anchors.get(anchor_id)
        root = root_of([(leaf.case_number, leaf.n, leaf.hash) for leaf in leaves])
        if anchor is None or anchor.root != root or anchor.events != len(leaves):
            proof.faults.append(f"第{anchor_id}个锚点与现有历史不符")
    proof.faults += [f"第{anchor_id}个锚点的明细缺失" for anchor_id in anchors if anchor_id not in seen]


def _check_journal(path: Path, proof: Proof, anchors: dict[int, Any]) -> None:
    """The journal may lack the very last anchor (a crash between the two writes); the database may lack none."""
    journal = Journal(path).read()
    if not path.exists() and anchors:
        proof.faults.append(f"锚点日志{path.name}缺失")
        return
    for line in journal:
        anchor = anchors.get(line.anchor_id)
        if anchor is None or anchor.hash != line.hash:
            proof.faults.append(f"锚点日志中的第{line.anchor_id}个锚点不在数据库中")
    noted = {line.anchor_id for line in journal}
    proof.faults += [f"锚点日志缺少第{one}个锚点" for one in sorted(anchors)[:-1] if one not in noted]


def _check_coverage(connection: Connection, proof: Proof) -> None:
    """Every event is under an anchor or waits for one; a case without any event was robbed of it."""
    proof.faults += [f"案卷{row.case_number}的第{row.n}条历史没有锚点" for row in connection.execute(_UNCOVERED)]
    proof.faults += [f"案卷{row.number}没有任何历史" for row in connection.execute(_HEADLESS)]
