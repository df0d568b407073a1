"""Moments as the store keeps them: milliseconds since 1970 UTC."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

ZONE_NAME = "Asia/Shanghai"


def to_ms(moment: datetime) -> int:
    """Milliseconds of an aware datetime."""
    return round(moment.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    """The aware datetime, in the zone of all Chinese cities."""
    return datetime.fromtimestamp(milliseconds / 1000, ZoneInfo(ZONE_NAME))
