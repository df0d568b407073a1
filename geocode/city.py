"""The city as the geocoder knows it: every table of the pack turned to look-ups once, then never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geocode.areas import Areas
from geocode.cells import CellGrid
from geocode.divisions import Divisions
from geocode.doors import DoorBook
from geocode.gazetteer import Entry, Form, Kind, Place
from geocode.grids import build_cells
from geocode.named_places import NamedPlaces
from geocode.ordinary import OrdinaryWords
from geocode.pack import Door, PackTables
from geocode.projection import Metres, Projection


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
    named = list(NamedPlaces(divisions, areas, projection, ordinary).of(tables))
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


def _county_spellings(name: str) -> list[str]:
    stem = name.removesuffix("市").removesuffix("县").removesuffix("区")
    return [name, stem] if len(stem) >= 2 else [name]


def _in_metres(geometry: BaseGeometry, projection: Projection) -> BaseGeometry:
    return shapely.transform(geometry, lambda points: projection.many(points[:, 0], points[:, 1]))
