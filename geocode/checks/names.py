"""Names that stand twice, and aliases that several places share: what makes the hub ask back without need."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from geocode.checks.ground import Ground
from geocode.divisions import spoken_name
from geocode.normalise import fold
from intake.pack import Faults

SAME_METRES = 100.0
_SHOWN = 3


class _Named(NamedTuple):
    file: str
    line: int
    identity: str
    name: str
    kind: str
    town: str
    metres: tuple[float, float]


def check_names(ground: Ground, faults: Faults) -> None:
    """Equal names of one kind in one town: a fault where they stand on one spot, else a warning; aliases that name
    another place too are warnings."""
    _check_twice(list(_places(ground)), faults)
    _check_twice(list(_communities(ground)), faults)
    _check_aliases(ground, faults)


def _places(ground: Ground) -> Iterator[_Named]:
    drawn = {road.text("id") for road in ground.tables.roads}
    for (line, row), (east, north) in zip(ground.tables.places, ground.places.tolist(), strict=True):
        if row.id not in drawn:
            yield _Named("places.csv", line, row.id, row.name, row.kind, row.code12[:9], (east, north))
    towns = {row.id: row.code12[:9] for _, row in ground.tables.places}
    for road in ground.tables.roads:
        middle = ground.roads[road.text("id")].interpolate(0.5, normalized=True)
        town = towns.get(road.text("id"), "")
        yield _Named("roads.geojson", road.line, road.text("id"), road.text("name"), "road", town, (middle.x, middle.y))


def _communities(ground: Ground) -> Iterator[_Named]:
    for line, row in ground.tables.divisions:
        if row.level == "community" and row.place == "yes":
            polygon = ground.communities.get(row.code12)
            middle = polygon.centroid if polygon is not None else None
            at = (middle.x, middle.y) if middle is not None else (math.inf, math.inf)
            yield _Named("divisions.csv", line, row.code12, spoken_name(row), "community", row.code12[:9], at)


def _check_twice(named: Iterable[_Named], faults: Faults) -> None:
    alike: dict[tuple[str, str, str], list[_Named]] = defaultdict(list)
    for one in named:
        earlier = alike[fold(one.name), one.kind, one.town]
        # A code that stands twice is told where codes are looked at.
        if earlier and one.identity not in {other.identity for other in earlier}:
            _tell_twice(one, min(earlier, key=lambda other: math.dist(one.metres, other.metres)), faults)
        earlier.append(one)


def _tell_twice(one: _Named, other: _Named, faults: Faults) -> None:
    apart = math.dist(one.metres, other.metres)
    words = f"{one.kind} {one.name} stands already on line {other.line}, in the same town"
    if apart <= SAME_METRES:
        faults.add(one.file, one.line, f"{words} and {apart:.0f} m from it: one place twice")
    else:
        faults.warn(one.file, one.line, words)


def _check_aliases(ground: Ground, faults: Faults) -> None:
    """An alias may be a name of the place it belongs to or of the community that holds that, and of no other."""
    owners: dict[str, set[str]] = defaultdict(set)
    homes: dict[str, str] = {}
    aliases: list[tuple[str, int, str, str]] = []
    for line, row in ground.tables.places:
        owners[fold(row.name)].add(row.id)
        homes[row.id] = row.code12
        aliases += [("places.csv", line, row.id, alias) for alias in _split(row.aliases)]
    for road in ground.tables.roads:
        owners[fold(road.text("name"))].add(road.text("id"))
        aliases += [("roads.geojson", road.line, road.text("id"), alias) for alias in _split(road.text("aliases"))]
    for line, division in ground.tables.divisions:
        for name in {division.name, division.short_name, spoken_name(division)} - {""}:
            owners[fold(name)].add(division.code12)
        aliases += [("divisions.csv", line, division.code12, alias) for alias in _split(division.aliases)]
    for _, _, owner, alias in aliases:
        owners[fold(alias)].add(owner)
    for file, line, owner, alias in aliases:
        # The seat of a community may bear its name: it lies there.
        others = sorted(owners[fold(alias)] - {owner, homes.get(owner, "")})
        if others:
            shown = ", ".join(others[:_SHOWN]) + (", ..." if len(others) > _SHOWN else "")
            faults.warn(file, line, f"alias {alias} names {len(others)} other places too: {shown}")


def _split(aliases: str) -> list[str]:
    return [alias.strip() for alias in aliases.split("|") if alias.strip()]
