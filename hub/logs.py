"""Logs: one line per event, for people or for collectors, to stderr; never a citizen's number.

A line carries the id of the HTTP request and of the report that it concerns, so that one id leads through all roles.
What else a line tells goes into `extra`, by name: `_LOG.info("report settled", extra={"report": ..., "outcome": ...})`.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import orjson

from hub.settings import LogSettings
from intake.log_context import REPORT_ID, REQUEST_ID

_CHINA = timezone(timedelta(hours=8))
_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Each record as one JSON object; `role` and the process id stand in every line."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self._of_the_process = {"role": role, "pid": os.getpid()} if role else {"pid": os.getpid()}

    def format(self, record: logging.LogRecord) -> str:
        """The record as UTF-8 JSON text."""
        line = {
            "time": datetime.fromtimestamp(record.created, _CHINA).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "room": record.name,
            "message": record.getMessage(),
            **self._of_the_process,
            **fields_of(record),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        try:
            return orjson.dumps(line, default=str).decode()
        except orjson.JSONEncodeError:
            # Half a character, as only a broken sender makes it.
            return json.dumps(line, default=str)


class TextLines(logging.Formatter):
    """Each record as a line for people, its fields behind the words; a stack trace follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """The line without a trace."""
        return " ".join(
            (super().formatMessage(record), *(f"{key}={value}" for key, value in fields_of(record).items()))
        )


def fields_of(record: logging.LogRecord) -> Mapping[str, Any]:
    """The fields of a line by name; the ids of the context it was written in are among them."""
    found = {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
    for name, known in (("report", REPORT_ID), ("request", REQUEST_ID)):
        if name not in found and (value := known.get()):
            found[name] = value
    return found


def set_up_logs(settings: LogSettings, role: str = "") -> None:
    """Send all logs to stderr in the set form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(role) if settings.format == "json" else TextLines())
    logging.basicConfig(level=settings.level, handlers=[handler], force=True)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
