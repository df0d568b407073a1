"""Serial numbers: tracking numbers of reports and numbers of cases, both dated and short enough to be read aloud."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from case_api.store.moments import from_ms, to_ms

_TAKE = text(
    "INSERT INTO counter (name, value) VALUES (:name, :n) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + :n RETURNING value",
)
_LOCK = text(
    "INSERT INTO counter (name, value) VALUES (:name, 0) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value RETURNING value",
)
_SERIAL_DIGITS = 5
_RESERVE = 50


@dataclass(slots=True)
class Serials:
    """Serials for transactions of several processes: taken in blocks, each in a short transaction of its own.

    A counter that is raised inside a long transaction is held until that ends, and so is everybody else who numbers.
    What is left of a block when the process ends, or taken by a transaction that fails, is a gap.
    """

    engine: Engine
    _left: dict[str, tuple[str, list[int]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str, count: int = 1) -> list[int]:
        """The next `count` serials of a counter such as `case:261124`, from 1. Raises the driver's errors."""
        kind = name.partition(":")[0]
        with self._lock:
            known, left = self._left.get(kind, (name, []))
            if known != name:
                left = []
            if len(left) < count:
                # A statement alone is its own transaction: one journey instead of three.
                with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    left = [*left, *take(connection, name, max(count - len(left), _RESERVE))]
            self._left[kind] = name, left[count:]
            return left[:count]


def take(connection: Connection, name: str, count: int) -> range:
    """The next `count` serials of a counter, from 1; they are used or lost with this transaction."""
    last: int = connection.execute(_TAKE, {"name": name, "n": count}).scalar_one()
    return range(last - count + 1, last + 1)


def current(connection: Connection, name: str) -> int:
    """The last serial of a counter, held against other writers until this transaction ends."""
    return int(connection.execute(_LOCK, {"name": name}).scalar_one())


def day_of(moment: datetime) -> str:
    """`261124`: the day in the city, as numbers carry it, of a moment in any zone."""
    return from_ms(to_ms(moment)).strftime("%y%m%d")


def case_number(day: str, serial: int) -> str:
    """`26112400017`: day and serial; longer when a day has more than 99,999."""
    return f"{day}{serial:0{_SERIAL_DIGITS}d}"


def tracking_number(day: str, serial: int) -> str:
    """Like a case number with a check digit behind, so that a mistyped digit is noticed."""
    digits = f"{day}{serial:0{_SERIAL_DIGITS}d}"
    return f"{digits}{check_digit(digits)}"


def check_digit(digits: str) -> int:
    """The Luhn digit that belongs behind the digits."""
    total = 0
    for position, letter in enumerate(reversed(digits)):
        doubled = int(letter) * (2 if position % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10
