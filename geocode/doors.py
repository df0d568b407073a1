"""Known door numbers: exact, between two known ones, or the nearest known one."""

from __future__ import annotations

import bisect
import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from geocode.pack import Door
from geocode.projection import Metres

BETWEEN_LIMIT = 40
NEAREST_LIMIT = 20


class DoorMatch(Enum):
    """How a number was found: itself, its main number, between two, or only a neighbour."""

    EXACT = "exact"
    MAIN = "main"
    BETWEEN = "between"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class FoundDoor:
    """A place on a road or in a village by number: degrees and projected metres, community, accuracy in metres."""

    match: DoorMatch
    lon: float
    lat: float
    metres: tuple[float, float]
    code12: str
    accuracy_metres: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Row:
    numbers: array[int]
    doors: array[int]


SECTION_ENDINGS = ("区", "片", "片区")


def _same_section(rows: Mapping[str, _Row], section: str) -> _Row | None:
    """东片 is 东区 where only that is known."""
    stem = section.rstrip("区片")
    for ending in SECTION_ENDINGS:
        if (row := rows.get(stem + ending)) is not None:
            return row
    return None


class DoorBook:
    """Doors by owner (road id, or code of a village) and section. Immutable."""

    def __init__(self, doors: Sequence[Door], metres: Metres) -> None:
        """`metres` has shape (n, 2), the projected points of `doors`."""
        self._doors = doors
        self._metres = metres
        grouped: dict[tuple[str, str], list[tuple[int, str, int]]] = {}
        for index, door in enumerate(doors):
            owner = door.road_id or door.code12
            grouped.setdefault((owner, door.section), []).append((door.number, door.suffix, index))
        self._rows: dict[str, dict[str, _Row]] = {}
        for (owner, section), found in grouped.items():
            found.sort()
            row = _Row(array("l", [number for number, _, _ in found]), array("l", [index for _, _, index in found]))
            self._rows.setdefault(owner, {})[section] = row

    def has(self, owner: str) -> bool:
        """Whether any number of the road or village is known."""
        return owner in self._rows

    def find(self, owner: str, section: str, number: int, suffix: str) -> FoundDoor | None:
        """The best known place for a number; None when nothing near it is known."""
        rows = self._rows.get(owner)
        if rows is None:
            return None
        if section:
            row = rows.get(section) or _same_section(rows, section)
            return self._in_row(row, number, suffix) if row is not None else None
        if "" in rows:
            return self._in_row(rows[""], number, suffix)
        found = [door for row in rows.values() if (door := self._in_row(row, number, suffix)) is not None]
        exact = [door for door in found if door.match in (DoorMatch.EXACT, DoorMatch.MAIN)]
        return exact[0] if len(exact) == 1 else None

    def _in_row(self, row: _Row, number: int, suffix: str) -> FoundDoor | None:
        low = bisect.bisect_left(row.numbers, number)
        high = bisect.bisect_right(row.numbers, number)
        for position in range(low, high):
            if self._doors[row.doors[position]].suffix == suffix:
                return self._known(row.doors[position], DoorMatch.EXACT, 15.0, "门牌号在地址库中")
        if low < high:
            return self._known(row.doors[low], DoorMatch.MAIN, 30.0, f"附号未登记，取主号{number}号")
        return self._between(row, number, low) or self._nearest(row, number, low)

    def _between(self, row: _Row, number: int, position: int) -> FoundDoor | None:
        before = self._same_side(row, number, range(position - 1, max(position - 4, -1), -1))
        after = self._same_side(row, number, range(position, min(position + 3, len(row.numbers))))
        if before is None or after is None:
            return None
        first, second = row.numbers[before], row.numbers[after]
        if second - first > BETWEEN_LIMIT:
            return None
        share = (number - first) / (second - first)
        one, other = self._doors[row.doors[before]], self._doors[row.doors[after]]
        here, there = self._metres[row.doors[before]].tolist(), self._metres[row.doors[after]].tolist()
        gap_metres = math.dist(here, there)
        return FoundDoor(
            DoorMatch.BETWEEN,
            one.lon + (other.lon - one.lon) * share,
            one.lat + (other.lat - one.lat) * share,
            (here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share),
            one.code12 if share < 0.5 else other.code12,
            20.0 + gap_metres / 2,
            f"{number}号未登记，在{first}号与{second}号之间推算",
        )

    @staticmethod
    def _same_side(row: _Row, number: int, positions: range) -> int | None:
        """Odd and even numbers face each other: a neighbour of the same parity is better than a nearer one."""
        for position in positions:
            if row.numbers[position] % 2 == number % 2:
                return position
        return positions[0] if positions else None

    def _nearest(self, row: _Row, number: int, position: int) -> FoundDoor | None:
        around = [place for place in (position - 1, position) if 0 <= place < len(row.numbers)]
        if not around:
            return None
        best = min(around, key=lambda place: abs(row.numbers[place] - number))
        apart = abs(row.numbers[best] - number)
        if apart > NEAREST_LIMIT:
            return None
        reason = f"{number}号未登记，最近的已知门牌是{row.numbers[best]}号"
        return self._known(row.doors[best], DoorMatch.NEAREST, 40.0 + 10.0 * apart, reason)

    def _known(self, index: int, match: DoorMatch, accuracy_metres: float, reason: str) -> FoundDoor:
        door, (east, north) = self._doors[index], self._metres[index].tolist()
        return FoundDoor(match, door.lon, door.lat, (east, north), door.code12, accuracy_metres, reason)
