"""Logs: one line per event, for people or for collectors, to stderr; never a citizen's number."""

from __future__ import annotations

import logging
import sys
from datetime import datetime, timedelta, timezone

import orjson

from hub.settings import LogSettings

_CHINA = timezone(timedelta(hours=8))


class JsonLines(logging.Formatter):
    """Each record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as UTF-8 JSON text."""
        line = {
            "time": datetime.fromtimestamp(record.created, _CHINA).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "room": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


def set_up_logs(settings: LogSettings) -> None:
    """Send all logs to stderr in the set form."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if settings.format == "json" else text)
    logging.basicConfig(level=settings.level, handlers=[handler], force=True)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
