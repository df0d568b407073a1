"""Everything of the tables that has a name, as places with the ways their names are written."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from geocode.areas import METRES_PER_DEGREE, Areas
from geocode.divisions import Division, Divisions
from geocode.features import NamedPoint, Shape
from geocode.gazetteer import Form, Kind, Place, division_spellings
from geocode.ordinary import OrdinaryWords
from geocode.pack import PackTables
from geocode.projection import Projection

LANDMARK_RADIUS_METRES = 60.0
UNDRAWN_ROAD_METRES = 500.0
SMALLEST_COMMUNITY_METRES = 100.0

Named = tuple[Place, list[tuple[str, Form]]]


@dataclass(frozen=True, slots=True)
class NamedPlaces:
    """Makes the places of a city. Whole tables are projected at once: a city may have a hundred thousand names."""

    divisions: Divisions
    areas: Areas
    projection: Projection
    ordinary: OrdinaryWords
    _one_code: dict[str, frozenset[str]] = field(default_factory=dict)

    def of(self, tables: PackTables) -> Iterator[Named]:
        """Divisions, roads and landmarks, in this order."""
        for division in self.divisions:
            place = self._division(division) if division.is_place else None
            if place is not None:
                yield place, division_spellings(division)
        yield from self._roads(tables)
        drawn = {str(road.properties["id"]) for road in tables.roads}
        yield from self._landmarks([row for _, row in tables.places if row.id not in drawn])

    def _division(self, division: Division) -> Place | None:
        polygon = self.areas.polygon(division.code12)
        lon, lat = division.lon, division.lat
        if lon is None or lat is None:
            if polygon is None:
                return None
            centre = polygon.representative_point()
            lon, lat = float(centre.x), float(centre.y)
        polygons = self.areas.polygons_of(division.code12[:9]) if division.is_town else [polygon]
        square_degrees = sum(float(part.area) for part in polygons if part is not None)
        square_metres = square_degrees * METRES_PER_DEGREE**2 * math.cos(math.radians(lat))
        radius = max(SMALLEST_COMMUNITY_METRES, math.sqrt(square_metres / math.pi))
        kind = Kind.TOWN if division.is_town else Kind.COMMUNITY
        codes = frozenset() if division.is_town else self._alone(division.code12)
        where = (round(lon, 7), round(lat, 7), *self.projection.metres(lon, lat), round(radius, 1))
        return Place(
            division.code12, kind, division.name, division.code12, codes, *where, self._ordinary(division.name)
        )

    def _roads(self, tables: PackTables) -> Iterator[Named]:
        if not tables.roads:
            return
        aliases = {row.id: row.aliases for _, row in tables.places if row.kind == "road"}
        codes_along = self.areas.codes_along([road.geometry for road in tables.roads])
        for road, along, where in zip(tables.roads, codes_along, self._middles(tables.roads), strict=True):
            name, identity = str(road.properties["name"]), str(road.properties["id"])
            code12 = self.areas.code_at(where[0], where[1])
            codes = along if len(along) > 1 else self._alone(next(iter(along), code12))
            more = str(road.properties.get("aliases") or "")
            place = Place(identity, Kind.ROAD, name, code12, codes, *where, self._ordinary(name))
            yield place, _spellings(name, f"{more}|{aliases.get(identity, '')}")

    def _middles(self, roads: Sequence[Shape]) -> list[tuple[float, float, float, float, float]]:
        """Of each road the middle of its longest part, in degrees and metres, and half the diagonal of its bounds."""
        longest = [
            max(getattr(road.geometry, "geoms", [road.geometry]), key=lambda part: part.length) for road in roads
        ]
        middles = shapely.get_coordinates(shapely.line_interpolate_point(longest, 0.5, normalized=True))
        bounds = shapely.bounds([road.geometry for road in roads])
        low = self.projection.many(bounds[:, 0], bounds[:, 1])
        high = self.projection.many(bounds[:, 2], bounds[:, 3])
        radii = np.hypot(*(high - low).T) / 2
        metres = self.projection.many(middles[:, 0], middles[:, 1])
        rounded = np.column_stack((np.round(middles, 7), metres, np.round(radii, 1)))
        return [tuple(row) for row in rounded.tolist()]

    def _landmarks(self, rows: Sequence[NamedPoint]) -> Iterator[Named]:
        metres = self.projection.many([row.lon for row in rows], [row.lat for row in rows]).tolist()
        for row, (east, north) in zip(rows, metres, strict=True):
            is_road = row.kind == "road"
            kind, radius = (Kind.ROAD, UNDRAWN_ROAD_METRES) if is_road else (Kind.LANDMARK, LANDMARK_RADIUS_METRES)
            where = (round(row.lon, 7), round(row.lat, 7), east, north, radius)
            codes = self._alone(row.code12)
            yield (
                Place(row.id, kind, row.name, row.code12, codes, *where, self._ordinary(row.name)),
                _spellings(row.name, row.aliases),
            )

    def _alone(self, code12: str) -> frozenset[str]:
        """The set of one code: one set for all places of a community."""
        return self._one_code.setdefault(code12, frozenset((code12,)))

    def _ordinary(self, name: str) -> bool:
        return self.ordinary.holds(name.removesuffix("社区").removesuffix("村"))


def _spellings(name: str, aliases: str) -> list[tuple[str, Form]]:
    spellings = [(name, Form.FULL)]
    if aliases:
        spellings += [(alias.strip(), Form.FULL) for alias in aliases.split("|") if alias.strip()]
    return spellings
