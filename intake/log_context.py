"""What the lines of a log concern: every line that is written meanwhile carries the id, whoever writes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

REQUEST_ID: ContextVar[str] = ContextVar("hub_request_id", default="")
REPORT_ID: ContextVar[str] = ContextVar("hub_report_id", default="")


@contextmanager
def concerning(report_id: str) -> Iterator[None]:
    """Lines inside the context are about this report."""
    token = REPORT_ID.set(report_id)
    try:
        yield
    finally:
        REPORT_ID.reset(token)
