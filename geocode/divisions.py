"""Names of towns and communities by their codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geocode.rows import DivisionRow

TOWN_ENDINGS = ("街道", "镇", "乡", "开发区", "保税区")
COMMITTEE_ENDINGS = ("居委会", "村委会", "居民委员会", "村民委员会")


@dataclass(frozen=True, slots=True)
class Division:
    """A town (code ends in 000) or a community. `name` is as people write it (青新社区), `official_name` as the
    register has it (青新社区居委会), `short_name` without the ending."""

    code12: str
    name: str
    short_name: str
    official_name: str
    is_town: bool
    is_place: bool
    lon: float | None
    lat: float | None
    aliases: tuple[str, ...] = ()

    @property
    def town_code12(self) -> str:
        """The code of the town it lies in, or its own."""
        return f"{self.code12[:9]}000"


def spoken_name(row: DivisionRow) -> str:
    """The name without the committee: 青新社区居委会 is 青新社区, 塔头孙村委会 is 塔头孙村."""
    for ending in COMMITTEE_ENDINGS:
        if row.level == "community" and row.name.endswith(ending) and len(row.name) > len(ending):
            stem = row.name.removesuffix(ending)
            grade = "社区" if ending.startswith("居") else "村"
            return stem if stem.endswith(("社区", "村", "居")) else stem + grade
    return row.name


def short_name(row: DivisionRow) -> str:
    """The name without its ending; the table's own short name goes first."""
    if row.short_name:
        return row.short_name
    name = spoken_name(row)
    for ending in (*TOWN_ENDINGS, "社区", "村"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _division(row: DivisionRow) -> Division:
    return Division(
        code12=row.code12,
        name=spoken_name(row),
        short_name=short_name(row),
        official_name=row.name,
        is_town=row.level == "town",
        is_place=row.place == "yes",
        lon=row.lon,
        lat=row.lat,
        aliases=tuple(alias.strip() for alias in row.aliases.split("|") if alias.strip()),
    )


class Divisions:
    """Look-up of divisions by code. Immutable."""

    def __init__(self, rows: Iterable[DivisionRow]) -> None:
        self._by_code = {row.code12: _division(row) for row in rows}

    def __iter__(self) -> Iterator[Division]:
        return iter(self._by_code.values())

    def get(self, code12: str) -> Division | None:
        """The division of a code, or None."""
        return self._by_code.get(code12)

    def town_of(self, code12: str) -> Division | None:
        """The town a code lies in, or None."""
        return self._by_code.get(f"{code12[:9]}000")

    def name(self, code12: str) -> str:
        """青新社区; empty for an unknown code."""
        division = self._by_code.get(code12)
        return division.name if division else ""

    def town_name(self, code12: str) -> str:
        """青阳街道; empty for an unknown code."""
        town = self.town_of(code12)
        return town.name if town else ""

    def address(self, code12: str) -> str:
        """青阳街道青新社区; the town alone for a town's code; empty for an unknown code."""
        town, name = self.town_name(code12), self.name(code12)
        return name if name == town else town + name
