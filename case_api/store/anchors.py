"""Anchors: every second or so one hash over all new events, chained to the last, and written outside the database too.

A case's chain shows any change inside it, but not that its end was cut off; the anchors show that. The file beside the
database shows that the last anchors were cut off.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from case_api.store.alone import try_alone
from case_api.store.database import Database
from case_api.store.journal import Journal
from case_api.store.moments import from_ms, to_ms
from case_api.store.prepared import Prepared, pipelined
from case_api.store.tables import ANCHOR, ANCHOR_LEAF
from intake.errors import Temporary
from intake.ports import Clock

_NEW = text(
    "SELECT u.case_number, u.n, e.hash FROM unanchored u "
    "JOIN case_event e ON e.case_number = u.case_number AND e.n = u.n "
    "ORDER BY u.case_number, u.n LIMIT :limit",
)
_LEAVES = Prepared(insert(ANCHOR_LEAF))
_DONE = Prepared(
    text("DELETE FROM unanchored WHERE case_number = :case_number AND n = :n"),
    together=text(
        "DELETE FROM unanchored u USING json_populate_recordset(NULL::unanchored, CAST(:rows AS JSON)) AS done "
        "WHERE u.case_number = done.case_number AND u.n = done.n",
    ),
)
_LAST = text("SELECT id, hash FROM anchor ORDER BY id DESC LIMIT 1")
_SINCE = text("SELECT id, at_ms, events, hash FROM anchor WHERE id > :id ORDER BY id")
_ANYTHING_NEW = text("SELECT 1 FROM unanchored LIMIT 1")
# A short transaction: whoever is to be acknowledged waits for it. When more is new, the next anchor follows at once.
_LIMIT = 300


def root_of(leaves: Sequence[tuple[str, int, str]]) -> str:
    """One hash over the events of an anchor, given as (case number, n, event hash) in that order."""
    digest = hashlib.sha256()
    for number, n, event_hash in leaves:
        digest.update(f"{number} {n} {event_hash}\n".encode())
    return digest.hexdigest()


def anchor_hash(anchor_id: int, at_ms: int, events: int, root: str, prev_hash: str) -> str:
    """The hash an anchor is known by."""
    return hashlib.sha256(f"{prev_hash}\n{anchor_id}\n{at_ms}\n{events}\n{root}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Anchors:
    """Anchors new events when asked; `journal` is the file outside the database."""

    database: Database
    clock: Clock
    journal: Path

    async def anchor_new(self) -> int:
        """Anchor the events no anchor covers, at most 300; how many they were. Raises Temporary.

        Notes in the journal what it lacks, also when nothing is new: after a restore, or when it was deleted.
        """
        try:
            events_wait, journal_lacks = await self.database.read(self._look)
            anchor = None
            if events_wait:
                at_ms = to_ms(self.clock.now())
                anchor = await self.database.write(lambda connection: _anchor(connection, at_ms))
            if anchor is not None or journal_lacks:
                await self.database.read(self._note)
        except OSError as error:
            raise Temporary(
                f"锚点日志{self.journal.name}无法写入，请检查磁盘。",
                f"The anchor journal {self.journal.name} cannot be written ({error.strerror}); look at the disk.",
            ) from error
        return int(anchor["events"]) if anchor is not None else 0

    def _look(self, connection: Connection) -> tuple[bool, bool]:
        """Whether events wait for an anchor, and whether the journal lacks anchors: two index look-ups and a tail."""
        events_wait = connection.execute(_ANYTHING_NEW).first() is not None
        last = connection.execute(_LAST).first()
        return events_wait, last is not None and last.id > Journal(self.journal).last()

    def _note(self, connection: Connection) -> None:
        """Append what the journal lacks: the newest anchor, and those that a crash kept from being noted."""
        if not try_alone(connection, "journal"):
            return
        journal = Journal(self.journal)
        known = journal.last()
        rows = list(connection.execute(_SINCE, {"id": known}))
        if known == 0 and len(rows) > 1:
            logging.getLogger(__name__).warning(
                "the anchor journal %s held none of %d anchors and is written anew; compare it with its copy elsewhere",
                self.journal.name,
                len(rows),
            )
        journal.append([f"{row.id} {from_ms(row.at_ms).isoformat()} {row.events} {row.hash}" for row in rows])


def _anchor(connection: Connection, at_ms: int) -> dict[str, Any] | None:
    if not try_alone(connection, "anchors"):
        return None
    leaves = [(row.case_number, row.n, row.hash) for row in connection.execute(_NEW, {"limit": _LIMIT})]
    if not leaves:
        return None
    last = connection.execute(_LAST).first()
    anchor_id, prev_hash = (last.id + 1, last.hash) if last else (1, "")
    root = root_of(leaves)
    anchor = {
        "id": anchor_id,
        "at_ms": at_ms,
        "events": len(leaves),
        "root": root,
        "prev_hash": prev_hash,
        "hash": anchor_hash(anchor_id, at_ms, len(leaves), root, prev_hash),
    }
    connection.execute(insert(ANCHOR), [anchor])
    keys = [{"case_number": number, "n": n} for number, n, _ in leaves]
    with pipelined(connection):
        _LEAVES.many(connection, [{**key, "anchor_id": anchor_id} for key in keys])
        _DONE.many(connection, keys)
    return anchor
