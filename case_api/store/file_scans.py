"""Files that nobody looked into, and files in which something was found afterwards: `intake.scanning.ScanFlags`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, select, text, update
from sqlmodel import SQLModel

from case_api.limit_views import FileScanView
from case_api.services import EvidenceFile, EvidenceFinder
from case_api.store.database import Database
from case_api.store.limit_tables import FileScanRow
from case_api.store.moments import from_ms, to_ms
from intake.errors import Forbidden
from intake.ports import Clock
from intake.scanning import ScanFlag

_SCAN: Table = SQLModel.metadata.tables[str(FileScanRow.__tablename__)]
_MOST_SHOWN = 100
_FLAG = text(
    "INSERT INTO file_scan (sha256, uri, report_id, since_ms) VALUES (:sha256, :uri, :report_id, :since_ms) "
    "ON CONFLICT (sha256) DO NOTHING",
)


@dataclass(frozen=True, slots=True)
class SqlScanFlags:
    """The flags on the database. Every method raises Temporary when it is away."""

    database: Database
    clock: Clock

    async def flag(self, flags: Sequence[ScanFlag]) -> None:
        """As the port says."""
        now = to_ms(self.clock.now())
        rows = [
            {"sha256": one.sha256, "uri": one.uri, "report_id": one.report_id, "since_ms": now}
            for one in sorted(flags, key=lambda one: one.sha256)
        ]
        await self.database.write(lambda connection: _each(connection, rows))

    async def unscanned(self, limit: int) -> Sequence[ScanFlag]:
        """As the port says."""
        query = (
            select(_SCAN.c.sha256, _SCAN.c.uri, _SCAN.c.report_id)
            .where(_SCAN.c.finding.is_(None))
            .order_by(_SCAN.c.since_ms, _SCAN.c.sha256)
            .limit(limit)
        )
        rows = await self.database.read(lambda connection: connection.execute(query).all())
        return [ScanFlag(*row) for row in rows]

    async def looked(self, sha256: str, finding: str | None) -> None:
        """As the port says."""
        here = _SCAN.c.sha256 == sha256
        change = delete(_SCAN).where(here) if finding is None else update(_SCAN).where(here).values(finding=finding)
        await self.database.write(lambda connection: connection.execute(change))

    async def listed(self) -> Sequence[FileScanView]:
        """What staff must know about, the latest first, at most 100."""
        query = select(_SCAN).order_by(_SCAN.c.since_ms.desc(), _SCAN.c.sha256).limit(_MOST_SHOWN)
        rows = await self.database.read(lambda connection: connection.execute(query).mappings().all())
        return [
            FileScanView(
                sha256=row["sha256"],
                report_id=row["report_id"],
                since_at=from_ms(row["since_ms"]),
                finding=row["finding"],
            )
            for row in rows
        ]

    async def finding(self, sha256: str) -> str | None:
        """What was found in a file; None when nothing was, or nobody looked."""
        query = select(_SCAN.c.finding).where(_SCAN.c.sha256 == sha256)
        return await self.database.read(lambda connection: connection.execute(query).scalar())


@dataclass(frozen=True, slots=True)
class GuardedFinder:
    """`EvidenceFinder` that shows nobody a file in which something harmful was found."""

    files: EvidenceFinder
    scans: SqlScanFlags

    async def find(self, sha256: str) -> EvidenceFile:
        """The file. Raises NotFound, Forbidden for a harmful one, Temporary."""
        found = await self.files.find(sha256)
        finding = await self.scans.finding(sha256)
        if finding is not None:
            raise Forbidden(
                f"此附件未通过安全扫描（{finding}），不予显示。",
                f"This file did not pass the scanner ({finding}) and is not shown.",
            )
        return found


def _each(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    for row in rows:
        connection.execute(_FLAG, row)
