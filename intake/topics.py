"""What the bus carries between rooms, and for whom."""

from __future__ import annotations

import re
from uuid import uuid4

REPORT_WAITING = "report.waiting"
CASE_CHANGED = "case.changed"
CASE_EVENT = "case.event"
WORKER_TURNED = "worker.turned"
SMS_DUE = "sms.due"

_OWN_GROUP = re.compile(r".+-[0-9a-f]{32}")


def own_group(name: str) -> str:
    """A group for one subscriber: it hears everything while it listens, and nothing is kept for it afterwards."""
    return f"{name}-{uuid4().hex}"


def is_own(group: str) -> bool:
    """Whether the group is one subscriber's own."""
    return _OWN_GROUP.fullmatch(group) is not None
