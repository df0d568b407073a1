"""Shift times of a working day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Shift:
    """Working time `[start, end)` within one day, local time, no zone."""

    start: time
    end: time


def parse_shifts(pairs: Sequence[Sequence[str]]) -> tuple[Shift, ...]:
    """`[["08:00", "12:00"], ["14:00", "18:00"]]` as shifts. Raises ValueError saying which pair is wrong and why."""
    shifts: list[Shift] = []
    for pair in pairs:
        if len(pair) != 2:
            raise ValueError(f"shift {list(pair)!r} needs a start and an end such as 08:00 and 12:00")
        start, end = (_time_of(words) for words in pair)
        if start >= end:
            raise ValueError(f"shift {pair[0]}-{pair[1]} ends before it starts; split a night shift at midnight")
        if shifts and shifts[-1].end > start:
            raise ValueError(f"shift {pair[0]}-{pair[1]} must begin after the one before it has ended")
        shifts.append(Shift(start, end))
    if not shifts:
        raise ValueError("at least one shift is needed")
    return tuple(shifts)


def _time_of(words: str) -> time:
    try:
        found = time.fromisoformat(words)
    except ValueError:
        raise ValueError(f"{words!r} is no time of day; write it as 08:00") from None
    if found.tzinfo is not None:
        raise ValueError(f"{words!r} carries a zone; shift times are local")
    return found
