"""A city whose every table holds something: reports that were settled, parked, asked about, and that wait still."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select
from sqlmodel import SQLModel

from bench.texts import texts
from case_api.store.archive.rows import Kind, shape_of
from case_api.store.database import Database
from hub.settings import DatabaseSettings, Settings
from hub.wiring import Hub
from intake.ids import new_report_id
from intake.model import Contact, Correction, Evidence, EvidenceKind, Origin, Receipt, Report

_REPORTS, _WAITING, _PHOTO_EVERY = 240, 20, 12
_ODD_WORDS = "井盖😀坏了 𠮷 \u2028 \\N \t'\"；\r\n末行"
_SAMPLES: Mapping[Kind, Any] = {
    Kind.TEXT: _ODD_WORDS[:9],
    Kind.INTEGER: 2**31 - 1,
    Kind.REAL: 0.1 + 0.2,
    Kind.BOOLEAN: True,
    Kind.BYTES: bytes(range(256)),
}
Rows = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder, a database, and the receipts that citizens hold."""

    data: Path
    url: str = ""
    receipts: tuple[Receipt, ...] = ()

    def hub(self) -> Hub:
        """The hub, wired; close it."""
        return Hub(Settings(data=self.data, database=DatabaseSettings(url=self.url)))

    @property
    def address(self) -> str:
        """Where the database is."""
        return self.hub().settings.database_url


async def fill(hub: Hub) -> tuple[Receipt, ...]:
    """Reports of every fate, through the hub's own doors; the receipts."""
    stream = texts(hub.settings.city, 12319)
    receipts = [await send(hub, text, at) for at, text in enumerate(itertools.islice(stream, _REPORTS))]
    receipts.append(await send(hub, _ODD_WORDS, _REPORTS))
    for parked in receipts[:6]:
        await hub.reports.claim(1, 0.0)
        await hub.reports.park(parked.report_id, "试验：无法处理")
    mended = Correction("text", "青阳街道青新社区井盖不见了", "li.ming", hub.clock.now())
    await hub.reports.replay(receipts[0].report_id, [mended])
    while await hub.worker.work_once():
        pass
    while await hub.anchors.anchor_new():
        pass
    await hub.outbox.relay()
    receipts += [await send(hub, next(stream), _REPORTS + 1 + at) for at in range(_WAITING)]
    await hub.reports.claim(5, 600.0)
    await hub.accounts.add_user("li.ming", "correct horse battery", "admin", "李明")
    hub.database.transaction(fill_empty_tables)
    return tuple(receipts)


async def send(hub: Hub, text: str, number: int) -> Receipt:
    """One report by telephone number, now and then with a photo."""
    now = hub.clock.now()
    evidence: tuple[Evidence, ...] = ()
    if number % _PHOTO_EVERY == 0:
        content = f"photo {number}".encode() * 500
        evidence = (await hub.evidence.put(EvidenceKind.PHOTO, content, "image/jpeg"),)
    name = f"filled-{number}"
    contact = Contact(phone=f"138{number:08}", name="王五")
    report = Report(new_report_id(now), Origin("web", name, now), contact, text, evidence=evidence)
    return await hub.inbox.accept(report, text.encode())


def fill_empty_tables(connection: Connection) -> None:
    """A row of odd values into each table that has none yet, whoever added it."""
    for table in SQLModel.metadata.sorted_tables:
        if not connection.execute(select(func.count()).select_from(table)).scalar_one():
            connection.execute(insert(table).values(_odd_row(connection, table)))


def _odd_row(connection: Connection, table: Table) -> dict[str, Any]:
    row = {column.name: _SAMPLES[column.kind] for column in shape_of(table).columns}
    for key in table.foreign_keys:
        row[key.parent.name] = connection.execute(select(key.column).limit(1)).scalar_one()
    return row


def everything(database: Database) -> Rows:
    """Every row of every table as SQLAlchemy reads it, sorted."""

    def work(connection: Connection) -> Rows:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in SQLModel.metadata.sorted_tables
        }

    return database.submit_read(work).result()


def files_of(data: Path, names: Sequence[str] = ("anchors.log", "secret.key")) -> dict[str, bytes]:
    """The files beside the database that belong to a backup."""
    paths = [*(data / name for name in names), *sorted((data / "evidence").rglob("*"))]
    return {str(path.relative_to(data)): path.read_bytes() for path in paths if path.is_file()}
