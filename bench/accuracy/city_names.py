"""The names of a city pack with their truth, read from its files alone: nothing of `geocode/` takes part."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import shapely
from shapely.geometry import shape

from bench.accuracy.ground import METRES_PER_LAT, METRES_PER_LON, metres_between, to_metres
from bench.accuracy.item import Spot, SpotKind

LANDMARK_METRES, DOOR_METRES, ROAD_METRES = 80.0, 30.0, 40.0
MEETING_METRES = 12.0


@dataclass(frozen=True, slots=True)
class Named:
    """A town, community, road or landmark. `spellings` are its whole names; `short` one without 镇, 街道, 村, 社区;
    `town` the code of the town it lies in."""

    id: str
    kind: SpotKind
    name: str
    spellings: tuple[str, ...]
    short: str
    code12: str
    lon: float
    lat: float

    @property
    def town(self) -> str:
        """The twelve digits of its town."""
        return f"{self.code12[:9]}000"

    @property
    def spot(self) -> Spot:
        """What is true of the name alone."""
        within = {SpotKind.LANDMARK: LANDMARK_METRES, SpotKind.ROAD: ROAD_METRES}.get(self.kind, 0.0)
        road_id = self.id if self.kind is SpotKind.ROAD else ""
        return Spot(self.kind, self.name, self.code12, self.lon, self.lat, within, road_id)


@dataclass(frozen=True, slots=True)
class Door:
    """A door number of a village or road."""

    owner: Named
    section: str
    number: int
    suffix: str
    lon: float
    lat: float
    code12: str

    @property
    def town(self) -> str:
        """The twelve digits of the town it stands in: a long road has several."""
        return f"{self.code12[:9]}000"

    @property
    def spot(self) -> Spot:
        """What is true of it."""
        return Spot(SpotKind.POINT, self.owner.name, self.code12, self.lon, self.lat, DOOR_METRES)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two roads that meet, and where: more than once for some."""

    one: Named
    other: Named
    points: tuple[tuple[float, float], ...]


class CityNames:
    """All names of a pack."""

    def __init__(self, folder: Path) -> None:
        divisions = list(_rows(folder / "divisions.csv"))
        self.folder = folder
        self.towns = {
            row["code12"]: _town(row) for row in divisions if row["level"] == "town" and row["place"] == "yes"
        }
        self.communities = [
            _community(row) for row in divisions if row["level"] == "community" and row["place"] == "yes"
        ]
        places = list(_rows(folder / "places.csv"))
        self.roads = {row["id"]: _place(row, SpotKind.ROAD) for row in places if row["kind"] == "road"}
        self.landmarks = [_place(row, SpotKind.LANDMARK) for row in places if row["kind"] != "road"]
        self.ordinary = frozenset(row["word"] for row in _rows(folder / "ordinary_words.csv"))

    @cached_property
    def by_spelling(self) -> Mapping[str, tuple[Named, ...]]:
        """Every place that a spelling, whole or short, names."""
        found: dict[str, dict[str, Named]] = {}
        for named in self.everything():
            for spelling in {*named.spellings, named.short, *_variants(named)}:
                found.setdefault(spelling, {})[named.id] = named
        return {spelling: tuple(places.values()) for spelling, places in found.items() if spelling}

    def everything(self) -> Iterator[Named]:
        """Towns, communities, roads, landmarks."""
        yield from self.towns.values()
        yield from self.communities
        yield from self.roads.values()
        yield from self.landmarks

    def is_one(self, spelling: str) -> bool:
        """Whether a spelling names one place only, and is no ordinary word."""
        return len(self.by_spelling.get(spelling, ())) == 1 and spelling not in self.ordinary

    @cached_property
    def doors(self) -> list[Door]:
        """Every door number whose owner is a place."""
        villages = {named.id: named for named in self.communities}
        found = []
        for row in _rows(self.folder / "doors.csv"):
            owner = self.roads.get(row["road_id"]) if row["road_id"] else villages.get(row["code12"])
            if owner is not None:
                point = float(row["lon"]), float(row["lat"])
                found.append(Door(owner, row["section"], int(row["number"]), row["suffix"], *point, row["code12"]))
        return found

    def doors_of(self, owner: Named) -> list[Door]:
        """The numbers of one village or road."""
        return self._doors_by_owner.get(owner.id, [])

    @cached_property
    def _doors_by_owner(self) -> Mapping[str, list[Door]]:
        found: dict[str, list[Door]] = {}
        for door in self.doors:
            found.setdefault(door.owner.id, []).append(door)
        return found

    def landmarks_within(self, named: Named, low: float, high: float) -> list[Named]:
        """Landmarks so many metres from a place."""
        here = shapely.Point(*to_metres(named.lon, named.lat))
        found = self._landmark_tree.query(here, predicate="dwithin", distance=high)
        near = [self.landmarks[int(at)] for at in sorted(found)]
        return [other for other in near if metres_between((named.lon, named.lat), (other.lon, other.lat)) >= low]

    @cached_property
    def _landmark_tree(self) -> shapely.STRtree:
        return shapely.STRtree([shapely.Point(*to_metres(one.lon, one.lat)) for one in self.landmarks])

    @cached_property
    def courses(self) -> Mapping[str, shapely.Geometry]:
        """The course of each road in local metres (`ground.to_metres`)."""
        features = json.loads((self.folder / "roads.geojson").read_text(encoding="utf-8"))["features"]
        stretch = [METRES_PER_LON, METRES_PER_LAT]
        return {
            feature["properties"]["id"]: shapely.transform(shape(feature["geometry"]), lambda points: points * stretch)
            for feature in features
        }

    @cached_property
    def crossings(self) -> list[Crossing]:
        """Every pair of roads that meet, each pair once; pairs that run along each other are left out."""
        ids = [road_id for road_id in self.courses if road_id in self.roads]
        lines = [self.courses[road_id] for road_id in ids]
        pairs = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=MEETING_METRES)
        found = []
        for first, second in sorted((int(a), int(b)) for a, b in pairs.T if a < b):
            points = _meeting_points(lines[first], lines[second])
            if points and self.roads[ids[first]].name != self.roads[ids[second]].name:
                found.append(Crossing(self.roads[ids[first]], self.roads[ids[second]], points))
        return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _town(row: dict[str, str]) -> Named:
    short = row["name"].removesuffix("街道").removesuffix("镇")
    return Named(row["code12"], SpotKind.TOWN, row["name"], (row["name"],), short, row["code12"], *_point(row))


def _community(row: dict[str, str]) -> Named:
    """Spoken names: 古盈村委会 is 古盈村, 东村村委会 is 东村; a village of a people has two."""
    aliases = tuple(alias for alias in row["aliases"].split("|") if alias)
    whole = tuple(alias for alias in aliases if alias.endswith(("村", "社区")) and len(alias) > 2)
    doubled = row["type"] == "村" and row["short_name"].endswith("村")
    name = row["short_name"] if doubled else row["short_name"] + row["type"]
    if name.startswith("氵"):
        name = whole[0]
    short = next((alias for alias in aliases if len(alias) > 1 and alias not in whole), row["short_name"])
    return Named(row["code12"], SpotKind.COMMUNITY, name, (name, *whole), short, row["code12"], *_point(row))


def _variants(named: Named) -> tuple[str, ...]:
    if named.kind is not SpotKind.COMMUNITY:
        return ()
    return tuple(named.short + ending for ending in ("村", "社区", "村委会", "居委会"))


def _place(row: dict[str, str], kind: SpotKind) -> Named:
    aliases = tuple(alias.strip() for alias in row["aliases"].split("|") if alias.strip())
    return Named(row["id"], kind, row["name"], (row["name"], *aliases), "", row["code12"], *_point(row))


def _point(row: dict[str, str]) -> tuple[float, float]:
    return float(row["lon"] or 0.0), float(row["lat"] or 0.0)


def _meeting_points(one: shapely.Geometry, other: shapely.Geometry) -> tuple[tuple[float, float], ...]:
    """Degrees; empty where the two share a stretch."""
    shared = shapely.intersection(one, other)
    parts: Iterable[shapely.Geometry] = getattr(shared, "geoms", [shared])
    if shared.is_empty:
        parts = [shapely.shortest_line(one, other).interpolate(0.5, normalized=True)]
    found = list(parts)
    if any(part.geom_type != "Point" for part in found):
        return ()
    return tuple((part.x / METRES_PER_LON, part.y / METRES_PER_LAT) for part in found)
