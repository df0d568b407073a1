"""What lies between two places: 青新社区和阳光社区之间, 泉安中路文竹路到洪山路段."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from geocode.city import City
from geocode.crossings import NEAREST_LIMIT_METRES, Crossings
from geocode.drafts import Draft, Said
from geocode.gazetteer import Form, Kind, Place
from geocode.named import Named, Pair, Point, made_place
from geocode.placing import Placer, Spot
from geocode.relative import read_move
from geocode.tail import Tail
from intake.model import Precision

BETWEEN_CONFIDENCE = 0.88
BETWEEN_LIMIT_METRES = 5_000.0
SMALLEST_METRES = 30.0
READINGS_LIMIT = 5
BETWEEN_STARTS = frozenset(")）的之中当正居其路段这那一区两二交接边")
_AND = re.compile(r"(?:的|那边|那里|这边)?(?:[与和跟同到至及往、~&—-]{1,2}|再到|一直到|连到)")
_BORDER = re.compile("的?(?:交界|接壤|交接|边界)(?:处|的地方|线)?")
_BETWEEN = re.compile(
    r"[)）]?的?(?:(?:两个?|二)(?:地方?|地|村|社区|路口|处|者))?(?:之间|中间|当中|正中间?|居中|其间|路段|段|这段路?|那段路?|这一段|一段路?|区间|路上|这条路|那条路)"
)
_SHARP_LAST = (
    Precision.DOOR,
    Precision.INTERPOLATED,
    Precision.CROSSING,
    Precision.LANDMARK,
    Precision.ROAD,
    Precision.COMMUNITY,
    Precision.TOWN,
)


class Betweens:
    """Finds them in a text. Immutable, safe from any thread."""

    def __init__(self, city: City, crossings: Crossings, placer: Placer) -> None:
        self._city = city
        self._crossings = crossings
        self._placer = placer

    def find(self, text: str, named: Sequence[Named], position: int) -> Pair | None:
        """The place between the name at `position` and the one before it; on the road before both, if there is one."""
        mark = _mark(text, named, position) if position else None
        if mark is None:
            return None
        one, other = named[position - 1], named[position]
        if _AND.fullmatch(text[one.tail.end : other.mention.start]) is None:
            return None
        ends = [(a, b) for a in self._spots(one) for b in self._spots(other)]
        if not ends:
            return None
        a, b = min(ends, key=lambda pair: math.dist(pair[0].metres, pair[1].metres))
        first, last, end = position - 1, position, mark.end()
        road: Named | None = None
        if position > 1 and _is_road_before(text, named, position):
            first, road = position - 2, named[position - 2]
        elif _is_road_after(text, end, named, position):
            last, road = position + 1, named[position + 1]
            end = road.mention.end
        start = named[first].mention.start
        made = self._middle(a, b, road, (start, end))
        relative, _, move, stop = read_move(text, end, len(text))
        made.tail = Tail(end, relative=relative, move=move, stop=stop)
        said = Said(start, end, made.tail, [made], codes=made.place.codes)
        return Pair(said, tuple(range(first, last + 1)), start=start)

    def _spots(self, named: Named) -> list[Spot]:
        tail = named.tail._replace(relative="", move=None)
        mention = named.mention
        return [
            self._placer.put(Draft(entry.place, entry.form, mention.start, tail.end, tail, 0.9 * mention.likeness, []))
            for entry in mention.entries[:READINGS_LIMIT]
            if entry.place.kind is not Kind.COUNTY
        ]

    def _middle(self, a: Spot, b: Spot, road: Named | None, span: tuple[int, int]) -> Draft:
        along = self._along(a.draft.place, b.draft.place, road)
        here, there = along or self._ends(a, b)
        metres = (here[0] + there[0]) / 2, (here[1] + there[1]) / 2
        apart = math.dist(here, there)
        likeness = 1.0 if along else min(a.draft.confidence, b.draft.confidence) / 0.9
        sure = (BETWEEN_CONFIDENCE if apart <= BETWEEN_LIMIT_METRES else 0.5) * min(1.0, likeness)
        if (a.is_long_road or b.is_long_road) and apart > SMALLEST_METRES and along is None:
            sure = min(sure, 0.55)
        radius = max(SMALLEST_METRES, apart / 2)
        name = f"{road.mention.entries[0].place.name if road is not None else ''}{a.name}与{b.name}之间"
        called = f"{a.draft.place.id}~{b.draft.place.id}", name
        place = made_place(self._city, called, metres, radius, a.draft.place)
        place = replace(place, name=name.replace(self._city.divisions.town_name(place.code12), ""))
        reason = f"{a.name}与{b.name}相距{round(apart)}米，取中点"
        precision = max(a.precision, b.precision, key=_SHARP_LAST.index)
        tail = Tail(span[1], stop=span[1])
        return Draft(place, Form.FULL, span[0], span[1], tail, sure, [reason], precision=precision)

    def _along(self, one: Place, other: Place, road: Named | None) -> tuple[Point, Point] | None:
        """Where a third road, said before, crosses the two."""
        places = road.of_kind(Kind.ROAD) if road is not None else []
        for place in places:
            firsts, lasts = self._crossings.meetings(place.id, one.id), self._crossings.meetings(place.id, other.id)
            if firsts and lasts:
                return (firsts[0].east, firsts[0].north), (lasts[0].east, lasts[0].north)
        return None

    def _ends(self, a: Spot, b: Spot) -> tuple[Point, Point]:
        """The two points that it lies between; of two whole roads where they come nearest."""
        near = None
        if a.is_long_road and b.is_long_road:
            near = self._crossings.nearest(a.draft.place.id, b.draft.place.id)
        if near is not None and near.apart_metres <= NEAREST_LIMIT_METRES:
            return (near.east, near.north), (near.east, near.north)
        return a.metres, b.metres


def _mark(text: str, named: Sequence[Named], position: int) -> re.Match[str] | None:
    """The word for between, after the second name; 交界处 is one for villages, of roads it is their crossing."""
    end = named[position].tail.end
    mark = _BETWEEN.match(text, end)
    if mark is None and not any(one.of_kind(Kind.ROAD) for one in named[position - 1 : position + 1]):
        mark = _BORDER.match(text, end)
    return mark


def _is_road_after(text: str, end: int, named: Sequence[Named], position: int) -> bool:
    if position + 1 >= len(named):
        return False
    road = named[position + 1]
    return text[end : road.mention.start] in ("", "的") and bool(road.of_kind(Kind.ROAD))


def _is_road_before(text: str, named: Sequence[Named], position: int) -> bool:
    road, one = named[position - 2], named[position - 1]
    between = text[road.tail.end : one.mention.start]
    return (
        bool(road.of_kind(Kind.ROAD)) and bool(one.of_kind(Kind.ROAD)) and between in ("", "的", "在", "从", "(", ",")
    )
