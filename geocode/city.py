"""The city as the geocoder knows it: every table of the pack turned to look-ups once, then never changed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from geocode.areas import METRES_PER_DEGREE, Areas
from geocode.cells import CellGrid
from geocode.divisions import Division, Divisions
from geocode.doors import DoorBook
from geocode.gazetteer import Entry, Form, Kind, Place, division_spellings
from geocode.grids import build_cells
from geocode.ordinary import OrdinaryWords
from geocode.pack import Door, PackTables, Shape
from geocode.projection import Metres, Projection
from geocode.rows import PlaceRow

LANDMARK_RADIUS_METRES = 60.0
SMALLEST_COMMUNITY_METRES = 100.0


@dataclass(frozen=True, slots=True)
class City:
    """All that locating and reversing need. `local` is the plane of other systems of the city; `roads` holds the course
    of a road by its id, in projected metres."""

    name: str
    divisions: Divisions
    projection: Projection
    local: Projection
    areas: Areas
    cells: CellGrid
    doors: DoorBook
    door_list: Sequence[Door]
    door_metres: Metres
    places: Sequence[Place]
    entries: Sequence[Entry]
    roads: Mapping[str, BaseGeometry]


def build_city(tables: PackTables) -> City:
    """Look-ups from the tables. Raises UnknownProjection."""
    projection = Projection(tables.city.projection)
    divisions = Divisions(row for _, row in tables.divisions)
    areas = Areas(tables.outline, tables.communities)
    metres = projection.many([door.lon for door in tables.doors], [door.lat for door in tables.doors])
    ordinary = OrdinaryWords(frozenset(row.word for _, row in tables.ordinary_words))
    named = [
        (replace(place, ordinary=ordinary.holds(_stem(place.name))), spellings)
        for place, spellings in _named_places(tables, divisions, areas, projection)
    ]
    county = Place(tables.city.code, Kind.COUNTY, tables.city.name, "", frozenset(), 0.0, 0.0, 0.0, 0.0, 0.0)
    entries = [Entry(spelling, county, Form.FULL) for spelling in _county_spellings(tables.city.name)]
    entries += [
        Entry(spelling, place, form, ordinary.holds(spelling))
        for place, spellings in named
        for spelling, form in spellings
    ]
    return City(
        name=tables.city.name,
        divisions=divisions,
        projection=projection,
        local=Projection(tables.city.local) if tables.city.local else projection,
        areas=areas,
        cells=build_cells(tables, projection),
        doors=DoorBook(tables.doors, metres),
        door_list=tables.doors,
        door_metres=metres,
        places=[place for place, _ in named],
        entries=entries,
        roads={str(road.properties["id"]): _in_metres(road.geometry, projection) for road in tables.roads},
    )


def _stem(name: str) -> str:
    return name.removesuffix("社区").removesuffix("村")


def _county_spellings(name: str) -> list[str]:
    stem = name.removesuffix("市").removesuffix("县").removesuffix("区")
    return [name, stem] if len(stem) >= 2 else [name]


def _in_metres(geometry: BaseGeometry, projection: Projection) -> BaseGeometry:
    return shapely.transform(geometry, lambda points: projection.many(points[:, 0], points[:, 1]))


Named = tuple[Place, list[tuple[str, Form]]]


def _named_places(tables: PackTables, divisions: Divisions, areas: Areas, projection: Projection) -> Iterator[Named]:
    for division in divisions:
        if division.is_place:
            place = _division_place(division, areas, projection)
            if place is not None:
                yield place, division_spellings(division)
    yield from _roads(tables, areas, projection)
    drawn = {str(road.properties["id"]) for road in tables.roads}
    for _, row in tables.places:
        if row.id not in drawn:
            yield _landmark(row, projection), _spellings(row.name, row.aliases)


def _division_place(division: Division, areas: Areas, projection: Projection) -> Place | None:
    polygon = areas.polygon(division.code12)
    lon, lat = division.lon, division.lat
    if lon is None or lat is None:
        if polygon is None:
            return None
        centre = polygon.representative_point()
        lon, lat = float(centre.x), float(centre.y)
    east, north = projection.metres(lon, lat)
    polygons = areas.polygons_of(division.code12[:9]) if division.is_town else [polygon]
    square_degrees = sum(float(part.area) for part in polygons if part is not None)
    square_metres = square_degrees * METRES_PER_DEGREE**2 * math.cos(math.radians(lat))
    radius = max(SMALLEST_COMMUNITY_METRES, math.sqrt(square_metres / math.pi))
    kind = Kind.TOWN if division.is_town else Kind.COMMUNITY
    codes = frozenset() if division.is_town else frozenset((division.code12,))
    return Place(division.code12, kind, division.name, division.code12, codes, lon, lat, east, north, radius)


def _roads(tables: PackTables, areas: Areas, projection: Projection) -> Iterator[Named]:
    lines = [road.geometry for road in tables.roads]
    aliases = {row.id: row.aliases for _, row in tables.places if row.kind == "road"}
    for road, codes in zip(tables.roads, areas.codes_along(lines), strict=True):
        place = _road(road, codes, areas, projection)
        more = str(road.properties.get("aliases") or "")
        yield place, _spellings(place.name, f"{more}|{aliases.get(place.id, '')}")


def _road(road: Shape, codes: frozenset[str], areas: Areas, projection: Projection) -> Place:
    longest = max(getattr(road.geometry, "geoms", [road.geometry]), key=lambda part: part.length)
    middle = longest.interpolate(0.5, normalized=True)
    lon, lat = float(middle.x), float(middle.y)
    east, north = projection.metres(lon, lat)
    low_x, low_y, high_x, high_y = road.geometry.bounds
    corners = projection.many([low_x, high_x], [low_y, high_y])
    radius = math.dist(corners[0], corners[1]) / 2
    name, identity = str(road.properties["name"]), str(road.properties["id"])
    code12 = areas.code_at(lon, lat)
    return Place(identity, Kind.ROAD, name, code12, codes or frozenset((code12,)), lon, lat, east, north, radius)


def _landmark(row: PlaceRow, projection: Projection) -> Place:
    east, north = projection.metres(row.lon, row.lat)
    kind, radius = (Kind.ROAD, 500.0) if row.kind == "road" else (Kind.LANDMARK, LANDMARK_RADIUS_METRES)
    codes = frozenset((row.code12,))
    return Place(row.id, kind, row.name, row.code12, codes, row.lon, row.lat, east, north, radius)


def _spellings(name: str, aliases: str) -> list[tuple[str, Form]]:
    return [(name, Form.FULL)] + [(alias.strip(), Form.FULL) for alias in aliases.split("|") if alias.strip()]
