"""A point to words: the nearest door, crossing or landmark, else the road or community, with bearing and distance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geocode.city import City
from geocode.datum import to_cgcs2000
from geocode.gazetteer import Kind, Place
from geocode.meetings import meetings
from geocode.projection import Metres
from intake.model import GivenPoint, PlaceCandidate, Precision

DOOR_LIMIT_METRES = 150.0
NAME_LIMIT_METRES = 400.0
POINT_ACCURACY_METRES = 10.0
_BEARINGS = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A named thing near a point, and the nearest point of it in projected metres."""

    name: str
    east: float
    north: float

    def metres_to(self, east: float, north: float) -> float:
        """How far it is."""
        return math.hypot(east - self.east, north - self.north)


class Reverser:
    """Nearest address words. Immutable, safe from any thread."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._doors = _Points(city.door_metres, DOOR_LIMIT_METRES)
        self._landmarks = [place for place in city.places if place.kind is Kind.LANDMARK]
        self._landmark_points = _points_of(self._landmarks)
        self._roads = [place for place in city.places if place.kind is Kind.ROAD and place.id in city.roads]
        self._road_lines = [city.roads[place.id] for place in self._roads]
        self._road_tree = shapely.STRtree(self._road_lines)
        self._crossings = meetings(self._road_lines)
        corners = np.array([(one.east, one.north) for one in self._crossings]).reshape(-1, 2)
        self._crossing_points = _Points(corners, DOOR_LIMIT_METRES)
        self._names = {place.id: place.name for place in city.places}

    def reverse(self, point: GivenPoint) -> PlaceCandidate | None:
        """The address of a point in any datum; None outside the county or when the numbers are no degrees."""
        if not (math.isfinite(point.lon) and abs(point.lon) <= 180 and abs(point.lat) <= 90):
            return None
        exact = to_cgcs2000(point)
        if not self._city.areas.inside(exact.lon, exact.lat):
            return None
        east, north = self._city.projection.metres(exact.lon, exact.lat)
        code12 = self._city.areas.code_at(exact.lon, exact.lat)
        anchor = self._anchor(east, north)
        address = self._city.divisions.address(code12)
        name = self._city.divisions.town_name(code12) + _words(anchor, east, north) if anchor else address
        cell = self._city.cells.cell_at(east, north, code12)
        return PlaceCandidate(
            name=name or self._city.name,
            code12=code12,
            lon=round(exact.lon, 7),
            lat=round(exact.lat, 7),
            precision=Precision.POINT,
            accuracy_metres=POINT_ACCURACY_METRES if exact.accuracy_metres is None else exact.accuracy_metres,
            cell=cell,
            confidence=0.95 if code12 else 0.5,
            span=(0, 0),
            reasons=(f"坐标（{point.datum.value}）落在{address or '县界内，未划社区'}",),
            grid=self._city.cells.grid_of(cell),
        )

    def _anchor(self, east: float, north: float) -> Anchor | None:
        """The nearest thing with an address of its own; a road, which is everywhere, only where there is none."""
        point = shapely.points(east, north)
        found = [
            anchor for anchor in (self._door(point), self._crossing(point), self._landmark(point)) if anchor is not None
        ]
        if not found:
            return self._road(point)
        return min(found, key=lambda anchor: anchor.metres_to(east, north))

    def _door(self, point: shapely.Point) -> Anchor | None:
        position = self._doors.nearest(point)
        if position is None:
            return None
        door = self._city.door_list[position]
        owner = self._names.get(door.road_id) or self._city.divisions.name(door.code12)
        suffix = f"-{door.suffix}" if door.suffix else ""
        east, north = self._city.door_metres[position]
        return Anchor(f"{owner}{door.section}{door.number}{suffix}号", float(east), float(north))

    def _crossing(self, point: shapely.Point) -> Anchor | None:
        position = self._crossing_points.nearest(point)
        if position is None:
            return None
        found = self._crossings[position]
        one, other = self._roads[found.first].name, self._roads[found.second].name
        return Anchor(f"{one}与{other}交叉口", found.east, found.north)

    def _landmark(self, point: shapely.Point) -> Anchor | None:
        position = self._landmark_points.nearest(point)
        if position is None:
            return None
        place = self._landmarks[position]
        return Anchor(place.name, place.east, place.north)

    def _road(self, point: shapely.Point) -> Anchor | None:
        index = self._road_tree.query_nearest(point, max_distance=NAME_LIMIT_METRES, all_matches=False)
        if not len(index):
            return None
        position = int(index[0])
        line = self._road_lines[position]
        foot = line.interpolate(line.project(point))
        return Anchor(self._roads[position].name, float(foot.x), float(foot.y))


class _Points:
    """The nearest of many points within a limit."""

    def __init__(self, points: Metres, limit_metres: float) -> None:
        self._tree = shapely.STRtree(shapely.points(points))
        self._limit_metres = limit_metres

    def nearest(self, point: shapely.Point) -> int | None:
        index = self._tree.query_nearest(point, max_distance=self._limit_metres, all_matches=False)
        return int(index[0]) if len(index) else None


def _points_of(places: Sequence[Place]) -> _Points:
    return _Points(np.array([(place.east, place.north) for place in places]).reshape(-1, 2), NAME_LIMIT_METRES)


def _words(anchor: Anchor, east: float, north: float) -> str:
    """文竹路11号东北方向13.76米; the name alone within a metre."""
    metres = anchor.metres_to(east, north)
    if metres < 1.0:
        return anchor.name
    degrees = math.degrees(math.atan2(east - anchor.east, north - anchor.north)) % 360
    return f"{anchor.name}{_BEARINGS[round(degrees / 45) % 8]}方向{metres:.2f}米"
