"""How a deadline stands, in a level, a sign and words: colour is never the only one that tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from intake.http import Language

_SOON_SECONDS = 1800.0
_SOON_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Remaining:
    """`level` is ok, soon or late; `icon` its sign; `name` it in words; `words` the time that is left or over."""

    level: str
    icon: str
    name: str
    words: str


def remaining(start_at: datetime, due_at: datetime, now: datetime, language: Language = "zh") -> Remaining:
    """The state of a deadline whose clock ran from `start_at`. All three moments are aware."""
    english = language == "en"
    left_seconds = (due_at - now).total_seconds()
    time = span_words(abs(left_seconds), language)
    if left_seconds < 0:
        return Remaining(
            "late", "late", "overdue" if english else "已超期", f"{time} over" if english else f"超期{time}"
        )
    words = f"{time} left" if english else f"剩{time}"
    limit_seconds = (due_at - start_at).total_seconds()
    if left_seconds < max(_SOON_SECONDS, limit_seconds * _SOON_SHARE):
        return Remaining("soon", "clock", "due soon" if english else "将到期", words)
    return Remaining("ok", "check", "on time" if english else "正常", words)


def span_words(seconds: float, language: Language = "zh") -> str:
    """`3小时20分`, `2天4小时`, `12分钟`; in English `3 h 20 min`. Rounded down."""
    minutes = int(seconds // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if language == "en":
        if days:
            return f"{days} d {hours} h" if hours else f"{days} d"
        if hours:
            return f"{hours} h {rest} min" if rest else f"{hours} h"
        return f"{rest} min"
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{rest}分" if rest else f"{hours}小时"
    return f"{rest}分钟"
