"""What the bus carries between rooms."""

from __future__ import annotations

REPORT_WAITING = "report.waiting"
CASE_CHANGED = "case.changed"
CASE_EVENT = "case.event"
WORKER_TURNED = "worker.turned"
