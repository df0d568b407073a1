"""Crossings in every wording, and words that move a point: beside, to the north, between."""

from __future__ import annotations

from collections.abc import Iterator

from bench.accuracy.city_names import LANDMARK_METRES, Crossing, Named
from bench.accuracy.ground import WAYS, metres_between, moved
from bench.accuracy.item import Item, Spot, SpotKind
from bench.accuracy.plain_sets import clear_door
from bench.accuracy.wording import Drawing, spoken_number

CROSSING_METRES = 40.0
_DOOR_WIDE_METRES = 60.0
_BASE_METRES, _MOVED_SHARE = 50.0, 0.3
_STEPS = (20, 30, 50, 80, 100, 150, 200, 300)


def crossing(drawing: Drawing) -> Iterator[Item]:
    """Two roads that meet, alone or in a sentence."""
    known = [one for one in drawing.names.crossings if _is_clear(drawing, one)]
    while True:
        found = drawing.rng.choice(known)
        one, other = (found.one, found.other) if drawing.maybe(0.5) else (found.other, found.one)
        pattern = drawing.one("crossing")
        # The short form drops the last character of a road: 文竹双龙路口 is said of names of three and more.
        if "{short}" in pattern and (not one.name.endswith("路") or len(one.name) < 3):
            continue
        words = pattern.format(one=one.name, other=other.name, short=one.name[:-1])
        words = words.replace("路路口", "路口") if drawing.maybe(0.5) else words
        spots = tuple(Spot(SpotKind.POINT, words, "", lon, lat, CROSSING_METRES) for lon, lat in found.points)
        yield Item(drawing.sentence(words) if drawing.maybe(0.5) else words, spots)


def _is_clear(drawing: Drawing, found: Crossing) -> bool:
    return drawing.names.is_one(found.one.name) and drawing.names.is_one(found.other.name)


def relative(drawing: Drawing) -> Iterator[Item]:
    """A place and where from it; the truth has moved as far as the words say."""
    makers = (_beside, _beside, _away, _away, _between)
    while True:
        words, spot = drawing.rng.choice(makers)(drawing)
        yield Item(drawing.sentence(words) if drawing.maybe(0.6) else words, (spot,))


def _beside(drawing: Drawing) -> tuple[str, Spot]:
    word = drawing.one("relative")
    if drawing.maybe(0.35):
        door = clear_door(drawing)
        words = drawing.front(door, 0.3) + drawing.whole_door(door, door.owner.name) + word
        return words, _point(words, door.lon, door.lat, _DOOR_WIDE_METRES)
    named = drawing.clear([SpotKind.LANDMARK, SpotKind.LANDMARK, SpotKind.COMMUNITY])
    return drawing.front(named, 0.3) + named.name + word, named.spot


def _away(drawing: Drawing) -> tuple[str, Spot]:
    metres, way = drawing.rng.choice(_STEPS), drawing.rng.choice(list(WAYS))
    if drawing.maybe(0.4):
        door = clear_door(drawing)
        words, start = drawing.whole_door(door, door.owner.name), (door.lon, door.lat)
    else:
        named = drawing.clear([SpotKind.LANDMARK])
        words, start = named.name, (named.lon, named.lat)
    count = spoken_number(metres) if drawing.maybe(0.5) else str(metres)
    words += drawing.one("direction").format(way=way, metres=count)
    return words, _point(words, *moved(*start, way, metres), _BASE_METRES + _MOVED_SHARE * metres)


def _between(drawing: Drawing) -> tuple[str, Spot]:
    """The middle of two landmarks that lie some hundred metres apart."""
    one = drawing.clear([SpotKind.LANDMARK])
    while not (near := _neighbours(drawing, one)):
        one = drawing.clear([SpotKind.LANDMARK])
    other = drawing.rng.choice(near)
    words = drawing.one("between").format(one=one.name, other=other.name)
    apart = metres_between((one.lon, one.lat), (other.lon, other.lat))
    within = max(LANDMARK_METRES, _MOVED_SHARE * apart)
    return words, _point(words, (one.lon + other.lon) / 2, (one.lat + other.lat) / 2, within)


def _neighbours(drawing: Drawing, one: Named) -> list[Named]:
    others = drawing.names.landmarks_within(one, 100, 900)
    return [other for other in others if one.name[:2] != other.name[:2] and drawing.names.is_one(other.name)]


def _point(words: str, lon: float, lat: float, within_metres: float) -> Spot:
    return Spot(SpotKind.POINT, words, "", lon, lat, within_metres)
