"""Moving SQLite's write-ahead log into the database while nobody waits for it.

Left to itself SQLite does this inside the commit that makes the log too long: with a large database some hundred
milliseconds in which nobody is acknowledged. Copied in passing each second, little is left for the moment at which the
log starts anew, and only that moment needs the turn of a writer.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy.pool import PoolProxiedConnection

from case_api.store.database import Database

_LONG_LOG_PAGES = 4000
_PATIENCE_MS = 50


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Keeps the log of a SQLite file short; does nothing for other databases."""

    database: Database

    async def run(self) -> int:
        """Copy what is in the log; always 0, for there is never more to do at once. Raises Temporary."""
        if self.database.turns is not None:
            await asyncio.wrap_future(self.database.submit_raw(self._tidy))
        return 0

    def _tidy(self, connection: PoolProxiedConnection) -> None:
        cursor = connection.cursor()
        try:
            _, pages, copied = cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if pages < _LONG_LOG_PAGES or pages - copied > _LONG_LOG_PAGES // 4 or self.database.turns is None:
                return
            # A reader that stays on the old log for long keeps it from starting anew: another time, then.
            cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
            with self.database.turns.take():
                cursor.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={self.database.busy_ms}")
            cursor.close()
