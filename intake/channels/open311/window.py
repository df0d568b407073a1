"""The stretch of time that a list covers: 90 days at most, the last ones unless told otherwise."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from intake.errors import FieldFault, Invalid
from intake.http import CHINA

SPAN = timedelta(days=90)
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")
# A plus sign that nobody escaped arrives as a blank.
_BLANK_ZONE = re.compile(r" (?=\d{2}:?\d{2}$)")


def window(start: str | None, end: str | None, now: datetime) -> tuple[datetime, datetime]:
    """First and last moment, both included. Raises Invalid for what is no W3C time, a start after the end, or more
    than 90 days."""
    since, until = read_moment("start_date", start), read_moment("end_date", end, last=True)
    try:
        if since is None:
            until = until or now
            return until - SPAN, until
        until = until or min(since + SPAN, max(now, since))
    except OverflowError:
        raise _refused("start_date", "时间超出范围。", "The time is out of range.") from None
    if since > until:
        raise _refused("start_date", "开始时间晚于结束时间。", "start_date lies after end_date.")
    # An end includes the second, month or day that it names; the span is measured between the names.
    if (read_moment("end_date", end) or until) - since > SPAN:
        raise _refused("start_date", "时间范围不得超过 90 天。", "The range may not span more than 90 days.")
    return since, until


def read_moment(name: str, words: str | None, *, last: bool = False) -> datetime | None:
    """A W3C time (`2026-11-24T08:30:00+08:00`, also shorter) as a moment, without a zone in the city's; None for none.

    With `last` it is the end of what was named, so that a whole second or day is included. Raises Invalid.
    """
    text = _BLANK_ZONE.sub("+", (words or "").strip())
    if not text:
        return None
    try:
        if _DATE.fullmatch(text):
            return _of_date(text, last=last)
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
        moment.timestamp()
        if last and not moment.microsecond:
            return moment + timedelta(milliseconds=999)
    except (ValueError, OverflowError):
        raise _refused(
            name, "须为 W3C 时间，例如 2026-11-24T08:30:00+08:00。", "A W3C time, such as 2026-11-24T08:30:00+08:00."
        ) from None
    return moment


def _of_date(text: str, *, last: bool) -> datetime:
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    first = datetime(year, month, day, tzinfo=CHINA)
    if not last:
        return first
    after = {4: datetime(year + 1, 1, 1, tzinfo=CHINA), 7: first + timedelta(days=32)}.get(len(text))
    if after is None:
        after = first + timedelta(days=1)
    elif len(text) == 7:
        after = after.replace(day=1)
    return after - timedelta(milliseconds=1)


def _refused(name: str, zh: str, en: str) -> Invalid:
    return Invalid(zh, en, (FieldFault(f"/{name}", zh, en),))
