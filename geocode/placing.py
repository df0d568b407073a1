"""From a draft to a point: the door, the stretch of road, the landmark, the middle of a community or town."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geocode.city import City
from geocode.crossings import Crossings
from geocode.doors import DoorMatch, FoundDoor
from geocode.drafts import Draft
from geocode.gazetteer import Kind, Place
from geocode.stretches import Stretch, Stretches
from geocode.tail import Tail
from intake.model import Precision

LONG_ROAD_METRES = 500.0
LONG_ROAD_CAP = 0.55
_ROAD, _COMMUNITY, _TOWN = Kind.ROAD, Kind.COMMUNITY, Kind.TOWN
_PRECISION = {
    Kind.LANDMARK: Precision.LANDMARK,
    Kind.ROAD: Precision.ROAD,
    Kind.COMMUNITY: Precision.COMMUNITY,
    Kind.TOWN: Precision.TOWN,
    Kind.COUNTY: Precision.TOWN,
}
_BY_DOOR = {
    DoorMatch.EXACT: (Precision.DOOR, 0.97),
    DoorMatch.MAIN: (Precision.DOOR, 0.95),
    DoorMatch.BETWEEN: (Precision.INTERPOLATED, 0.88),
}
_KNOWN = (DoorMatch.EXACT, DoorMatch.MAIN)


@dataclass(slots=True)
class Spot:
    """A draft put on the map: degrees, and the same in metres; lives for one text only."""

    draft: Draft
    name: str
    code12: str
    lon: float
    lat: float
    metres: tuple[float, float]
    precision: Precision
    accuracy_metres: float
    is_long_road: bool = False


class Placer:
    """Puts drafts on the map of a city. Immutable, safe from any thread."""

    def __init__(self, city: City, crossings: Crossings) -> None:
        self._city = city
        self._crossings = crossings
        self._stretches = Stretches(city.roads, city.areas, city.projection)
        self._codes: dict[str, set[str]] = {}
        for division in city.divisions:
            if not division.is_town:
                self._codes.setdefault(division.code12[:9], set()).add(division.code12)

    def put(self, draft: Draft) -> Spot:
        """The best point that is known for a draft."""
        tail = draft.tail
        spot = self._door_spot(draft, tail) if tail.number is not None else None
        if spot is None:
            is_road = draft.place.kind is _ROAD and draft.precision is None
            spot = self._road_spot(draft) if is_road else self._place_spot(draft)
        if tail.relative:
            draft.reasons.append(f"“{tail.relative}”：范围放宽{round(tail.relative_metres)}米")
            spot.accuracy_metres = round(spot.accuracy_metres + tail.relative_metres, 1)
        if tail.move is not None:
            self._move(spot, tail)
        return spot

    def _door_spot(self, draft: Draft, tail: Tail) -> Spot | None:
        place = draft.place
        if tail.number is None or place.kind not in (_ROAD, _COMMUNITY):
            return None
        found = self._city.doors.find(place.id, tail.section, tail.number, tail.suffix)
        if found is None:
            return None
        if tail.upto is not None:
            found = self._between(draft, tail, found)
        precision, cap = _BY_DOOR.get(found.match, (_PRECISION[place.kind], 0.75))
        draft.because(found.reason, _door_confidence(draft, found, cap))
        if draft.town9 and found.code12[:9] != draft.town9:
            town = self._city.divisions.town_name(found.code12)
            draft.because(f"这个门牌在{town}，与文中说的不符", draft.confidence * 0.85)
        name = f"{self._whole_name(draft, found.code12)}{tail.door_words}"
        lon, lat, accuracy = found.lon, found.lat, found.accuracy_metres
        if found.match is DoorMatch.BETWEEN:
            (lon, lat), accuracy = _rounded((lon, lat)), round(accuracy, 1)
        return Spot(draft, name, found.code12, lon, lat, found.metres, precision, accuracy)

    def _between(self, draft: Draft, tail: Tail, first: FoundDoor) -> FoundDoor:
        """A range of numbers: the middle of its ends when the place lies between them, else the first."""
        upto = tail.upto or 0
        if not tail.between:
            draft.because(f"说到{tail.number}号至{upto}号，取第一个")
            return first
        last = self._city.doors.find(draft.place.id, tail.section, upto, "")
        if last is None:
            draft.because(f"{upto}号不在地址库中，取{tail.number}号")
            return first
        (east, north), (far_east, far_north) = first.metres, last.metres
        half = math.hypot(far_east - east, far_north - north) / 2
        return FoundDoor(
            DoorMatch.BETWEEN,
            (first.lon + last.lon) / 2,
            (first.lat + last.lat) / 2,
            ((east + far_east) / 2, (north + far_north) / 2),
            first.code12,
            max(20.0, half),
            f"在{tail.number}号与{upto}号之间，取中点",
        )

    def _road_spot(self, draft: Draft) -> Spot:
        place = draft.place
        if draft.tail.number is not None:
            draft.because("这个门牌号不在地址库中", min(draft.confidence, 0.7))
        part = self._part(draft)
        if part is not None:
            return part
        spot = self._place_spot(draft)
        if place.radius_metres > LONG_ROAD_METRES:
            draft.because(
                f"道路长约{round(place.radius_metres * 2)}米，未说明路段", min(draft.confidence, LONG_ROAD_CAP)
            )
            spot.is_long_road = True
        return spot

    def _part(self, draft: Draft) -> Spot | None:
        place, side = draft.place, draft.tail.part
        if draft.code12:
            within = self._stretches.inside(place.id, frozenset((draft.code12,)))
            return self._stretch_spot(draft, within, draft.code12, "") if within is not None else None
        if side:
            within = self._stretches.part(place.id, side)
            return self._stretch_spot(draft, within, "", f"{side}段") if within is not None else None
        if not draft.town9 or all(code[:9] == draft.town9 for code in place.codes):
            return None
        codes = place.codes & self._codes.get(draft.town9, set())
        within = self._stretches.inside(place.id, frozenset(codes)) if codes else None
        if within is None:
            return None
        draft.reasons.append(f"取{self._city.divisions.town_name(draft.town9 + '000')}境内的路段")
        spot = self._stretch_spot(draft, within, next(iter(codes)) if len(codes) == 1 else "", "")
        if within.accuracy_metres > LONG_ROAD_METRES:
            draft.because(f"路段长约{round(within.accuracy_metres * 2)}米", min(draft.confidence, LONG_ROAD_CAP))
            spot.is_long_road = True
        return spot

    def _stretch_spot(self, draft: Draft, within: Stretch, code12: str, words: str) -> Spot:
        metres = within.east, within.north
        lon, lat = _rounded(self._city.projection.degrees(*metres))
        code12 = code12 or self._city.areas.code_at(lon, lat) or draft.place.code12
        name = self._city.divisions.town_name(code12) + draft.place.name + words
        return Spot(draft, name, code12, lon, lat, metres, Precision.ROAD, round(within.accuracy_metres, 1))

    def _place_spot(self, draft: Draft) -> Spot:
        place, tail = draft.place, draft.tail
        if place.kind is _COMMUNITY and tail.number is not None:
            draft.because("这个门牌号不在地址库中，取社区（村）范围")
        name = self._whole_name(draft, place.code12)
        if tail.number is not None and place.kind is Kind.LANDMARK:
            name += tail.door_words
        precision = draft.precision or _PRECISION[place.kind]
        here = place.east, place.north
        return Spot(draft, name, place.code12, place.lon, place.lat, here, precision, place.radius_metres)

    def _whole_name(self, draft: Draft, code12: str) -> str:
        """青阳街道青新社区, 青阳街道文竹路: the town first, so that equal names can be told apart."""
        place = draft.place
        if code12 == place.code12 or place.kind is _COMMUNITY:
            if place.kind is _ROAD and not draft.code12 and draft.tail.number is None:
                town = code12[:9]
                if any(code[:9] != town for code in place.codes):
                    return place.name
            return self._name_in_town(place)
        return self._city.divisions.town_name(code12) + place.name

    def _name_in_town(self, place: Place) -> str:
        divisions = self._city.divisions
        if place.kind is _COMMUNITY or place.kind is _TOWN:
            return divisions.address(place.code12) or place.name
        return divisions.town_name(place.code12) + place.name

    def _move(self, spot: Spot, tail: Tail) -> None:
        move = tail.move
        if move is None:
            return
        spot.accuracy_metres = round(spot.accuracy_metres + move.width_metres, 1)
        if not move.is_known:
            spot.draft.reasons.append(f"“{move.words}”：范围放宽{round(move.width_metres)}米")
            return
        east, north = spot.metres[0] + move.east * move.metres, spot.metres[1] + move.north * move.metres
        spot.metres = east, north
        spot.lon, spot.lat = _rounded(self._city.projection.degrees(east, north))
        spot.code12 = self._city.areas.code_at(spot.lon, spot.lat) or spot.code12
        spot.name += move.words
        spot.draft.reasons.append(
            f"“{move.words}”：点位移动{round(move.metres)}米，误差放宽{round(move.width_metres)}米"
        )


def _rounded(degrees: tuple[float, float]) -> tuple[float, float]:
    return round(degrees[0], 7), round(degrees[1], 7)


def _door_confidence(draft: Draft, found: FoundDoor, cap: float) -> float:
    """A known number speaks for the name before it, but never decides between places of one name."""
    confidence = draft.confidence
    if found.match in _KNOWN and confidence > 0.6:
        confidence += (1.0 - confidence) * 0.3
    if draft.code12 and found.code12 != draft.code12:
        confidence *= 0.8
    return min(confidence, cap)
