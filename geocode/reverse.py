"""A point to words: the nearest door, landmark, road or community, with bearing and distance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import shapely

from geocode.city import City
from geocode.datum import to_cgcs2000
from geocode.gazetteer import Kind
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


class Reverser:
    """Nearest address words. Immutable, safe from any thread."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._doors = shapely.STRtree(shapely.points(city.door_metres))
        self._landmarks = [place for place in city.places if place.kind is Kind.LANDMARK]
        self._landmark_tree = shapely.STRtree([shapely.Point(place.east, place.north) for place in self._landmarks])
        self._roads = [place for place in city.places if place.kind is Kind.ROAD and place.id in city.roads]
        self._road_lines = [city.roads[place.id] for place in self._roads]
        self._road_tree = shapely.STRtree(self._road_lines)
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
        words = _words(anchor, east, north) if anchor else ""
        name = self._city.divisions.town_name(code12) + words if words else self._city.divisions.address(code12)
        accuracy = exact.accuracy_metres if exact.accuracy_metres is not None else POINT_ACCURACY_METRES
        return PlaceCandidate(
            name=name or self._city.name,
            code12=code12,
            lon=round(exact.lon, 7),
            lat=round(exact.lat, 7),
            precision=Precision.POINT,
            accuracy_metres=accuracy,
            cell=self._city.cells.cell_at(east, north, code12),
            confidence=0.95 if code12 else 0.5,
            span=(0, 0),
            reasons=(f"坐标（{point.datum.value}）落在{self._city.divisions.address(code12) or '县界内，未划社区'}",),
        )

    def _anchor(self, east: float, north: float) -> Anchor | None:
        point = shapely.Point(east, north)
        return self._door(point) or self._landmark(point) or self._road(point)

    def _door(self, point: shapely.Point) -> Anchor | None:
        index = self._doors.query_nearest(point, max_distance=DOOR_LIMIT_METRES, all_matches=False)
        if not len(index):
            return None
        position = int(index[0])
        door = self._city.door_list[position]
        owner = self._names.get(door.road_id) or self._city.divisions.name(door.code12)
        suffix = f"-{door.suffix}" if door.suffix else ""
        east, north = self._city.door_metres[position]
        return Anchor(f"{owner}{door.section}{door.number}{suffix}号", float(east), float(north))

    def _landmark(self, point: shapely.Point) -> Anchor | None:
        index = self._landmark_tree.query_nearest(point, max_distance=NAME_LIMIT_METRES, all_matches=False)
        if not len(index):
            return None
        place = self._landmarks[int(index[0])]
        return Anchor(place.name, place.east, place.north)

    def _road(self, point: shapely.Point) -> Anchor | None:
        index = self._road_tree.query_nearest(point, max_distance=NAME_LIMIT_METRES, all_matches=False)
        if not len(index):
            return None
        position = int(index[0])
        line = self._road_lines[position]
        foot = line.interpolate(line.project(point))
        return Anchor(self._roads[position].name, float(foot.x), float(foot.y))


def _words(anchor: Anchor, east: float, north: float) -> str:
    """文竹路11号东北方向13.76米; the name alone within a metre."""
    metres = math.hypot(east - anchor.east, north - anchor.north)
    if metres < 1.0:
        return anchor.name
    degrees = math.degrees(math.atan2(east - anchor.east, north - anchor.north)) % 360
    return f"{anchor.name}{_BEARINGS[round(degrees / 45) % 8]}方向{metres:.2f}米"
