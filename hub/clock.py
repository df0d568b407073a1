"""The real clock of the Clock port."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


class SystemClock:
    """Now, in the zone of all Chinese cities."""

    def now(self) -> datetime:
        """The present moment, aware."""
        return datetime.now(ZoneInfo("Asia/Shanghai"))
