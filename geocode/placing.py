"""From a reading to a point: the door, the stretch of road, the landmark, the middle of a community or town."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import shapely

from geocode.city import City
from geocode.doors import DoorMatch, FoundDoor
from geocode.gazetteer import Kind
from geocode.reading import Reading
from intake.model import PlaceCandidate, Precision

LONG_ROAD_METRES = 500.0
_PRECISION = {
    Kind.LANDMARK: Precision.LANDMARK,
    Kind.ROAD: Precision.ROAD,
    Kind.COMMUNITY: Precision.COMMUNITY,
    Kind.TOWN: Precision.TOWN,
}
_BY_DOOR = {
    DoorMatch.EXACT: (Precision.DOOR, 0.97),
    DoorMatch.MAIN: (Precision.DOOR, 0.95),
    DoorMatch.BETWEEN: (Precision.INTERPOLATED, 0.88),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A reading put on the map, before its span is turned to the original text; degrees, and the same in metres."""

    reading: Reading
    name: str
    code12: str
    lon: float
    lat: float
    metres: tuple[float, float]
    precision: Precision
    accuracy_metres: float
    is_long_road: bool = False

    def candidate(self, span: tuple[int, int], cell: str) -> PlaceCandidate:
        """The answer's form of it."""
        return PlaceCandidate(
            name=self.name,
            code12=self.code12,
            lon=round(self.lon, 7),
            lat=round(self.lat, 7),
            precision=self.precision,
            accuracy_metres=round(self.accuracy_metres, 1),
            cell=cell,
            confidence=round(self.reading.confidence, 3),
            span=span,
            reasons=self.reading.reasons,
        )


def put_on_map(reading: Reading, city: City) -> Spot:
    """The best point that is known for a reading."""
    spot = _door_spot(reading, city) if reading.tail.number is not None else None
    if spot is None and reading.place.kind is Kind.ROAD:
        spot = _road_spot(reading, city)
    if spot is None:
        spot = _place_spot(reading, city)
    relative = reading.tail.relative
    if not relative:
        return spot
    words = f"“{relative}”：范围放宽{round(reading.tail.relative_metres)}米"
    wider = spot.accuracy_metres + reading.tail.relative_metres
    return replace(spot, reading=spot.reading.because(words), accuracy_metres=wider)


def _door_spot(reading: Reading, city: City) -> Spot | None:
    place, tail = reading.place, reading.tail
    if place.kind not in (Kind.ROAD, Kind.COMMUNITY) or tail.number is None:
        return None
    found = city.doors.find(place.id, tail.section, tail.number, tail.suffix)
    if found is None:
        return None
    precision, cap = _BY_DOOR.get(found.match, (_PRECISION[place.kind], 0.75))
    reading = reading.because(found.reason, confidence=_door_confidence(reading, found, cap))
    name = f"{_whole_name(reading, found.code12, city)}{tail.door_words}"
    return Spot(reading, name, found.code12, found.lon, found.lat, found.metres, precision, found.accuracy_metres)


def _door_confidence(reading: Reading, found: FoundDoor, cap: float) -> float:
    """A known number speaks for the name before it, but never decides between places of one name."""
    confidence = reading.confidence
    if found.match in (DoorMatch.EXACT, DoorMatch.MAIN) and confidence > 0.6:
        confidence += (1.0 - confidence) * 0.3
    if reading.code12 and found.code12 != reading.code12:
        confidence *= 0.8
    return min(confidence, cap)


def _road_spot(reading: Reading, city: City) -> Spot:
    place = reading.place
    if reading.tail.number is not None:
        reading = reading.because("这个门牌号不在地址库中", confidence=min(reading.confidence, 0.7))
    line = city.roads.get(place.id)
    polygon = city.areas.polygon(reading.code12) if reading.code12 else None
    if line is not None and polygon is not None:
        inside = shapely.intersection(line, _in_metres(polygon, city))
        if inside.length > 0:
            middle = _middle(inside)
            lon, lat = city.projection.degrees(*middle)
            low_x, low_y, high_x, high_y = inside.bounds
            accuracy = max(20.0, math.hypot(high_x - low_x, high_y - low_y) / 2)
            name = _whole_name(reading, reading.code12, city)
            return Spot(reading, name, reading.code12, lon, lat, middle, Precision.ROAD, accuracy)
    spot = _place_spot(reading, city)
    if place.radius_metres <= LONG_ROAD_METRES:
        return spot
    words = f"道路长约{round(place.radius_metres * 2)}米，未说明路段"
    reading = spot.reading.because(words, confidence=min(spot.reading.confidence, 0.55))
    return replace(spot, reading=reading, is_long_road=True)


def _in_metres(polygon: shapely.Geometry, city: City) -> shapely.Geometry:
    return shapely.transform(polygon, lambda points: city.projection.many(points[:, 0], points[:, 1]))


def _middle(line: shapely.Geometry) -> tuple[float, float]:
    longest = max(getattr(line, "geoms", [line]), key=lambda part: part.length)
    point = longest.interpolate(0.5, normalized=True)
    return float(point.x), float(point.y)


def _place_spot(reading: Reading, city: City) -> Spot:
    place = reading.place
    if place.kind is Kind.COMMUNITY and reading.tail.number is not None:
        reading = reading.because("这个门牌号不在地址库中，取社区（村）范围")
    name = _whole_name(reading, place.code12, city)
    precision = _PRECISION[place.kind]
    here = place.east, place.north
    return Spot(reading, name, place.code12, place.lon, place.lat, here, precision, place.radius_metres)


def _whole_name(reading: Reading, code12: str, city: City) -> str:
    """青阳街道青新社区, 青阳街道文竹路: the town first, so that equal names can be told apart."""
    if reading.place.kind in (Kind.COMMUNITY, Kind.TOWN):
        return city.divisions.address(reading.place.code12) or reading.place.name
    towns = {code[:9] for code in reading.place.codes}
    if len(towns) > 1 and not reading.code12 and code12 == reading.place.code12 and reading.tail.number is None:
        return reading.place.name
    return city.divisions.town_name(code12) + reading.place.name
