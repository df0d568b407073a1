"""Two names that mean one place together: the crossing of two roads, and what lies between two places."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from geocode.city import City
from geocode.crossings import CLOSE_LINK, LINK, MARK, NEAREST_LIMIT_METRES, Crossings, Meeting
from geocode.drafts import Draft, Role, Said, codes_of
from geocode.gazetteer import Form, Kind, Place
from geocode.placing import Placer, Spot
from geocode.relative import read_move
from geocode.remembered import remembered
from geocode.spelled import Mention
from geocode.tail import Tail
from intake.model import Precision

CROSSING_CONFIDENCE = 0.93
UNMARKED_CONFIDENCE = 0.65
APART_CONFIDENCE = 0.7
BETWEEN_CONFIDENCE = 0.88
Point = tuple[float, float]

BETWEEN_LIMIT_METRES = 5_000.0
SMALLEST_METRES = 30.0
_READINGS_LIMIT = 5
_AND = re.compile(r"(?:的|那边|那里)?[与和跟同到至及、~—-]{1,2}")
_BETWEEN = re.compile(
    r"的?(?:(?:两个?|二)(?:地方?|地|村|社区|路口|处|者))?(?:之间|中间|路段|段|这段路?|那段路?|这一段|一段路?|区间|路上|这条路|那条路)"
)
_BETWEEN_STARTS = frozenset("的之中路段这那一区两二")
_MARK_STARTS = frozenset("的那这十丁t三交相汇路街巷口红信转拐环")
_SHARP_LAST = (
    Precision.DOOR,
    Precision.INTERPOLATED,
    Precision.CROSSING,
    Precision.LANDMARK,
    Precision.ROAD,
    Precision.COMMUNITY,
    Precision.TOWN,
)


@dataclass(slots=True)
class Named:
    """A mention with its tail, before it is known what it does in the text; `start` is that of the province and city
    said before it, `floor` where the name before ends, `towns` those of the same breath,
    `number_span` where its number stands when that is not after it."""

    mention: Mention
    tail: Tail
    start: int = 0
    floor: int = 0
    role: Role = Role.PLAIN
    towns: Sequence[Place] = ()
    number_span: tuple[int, int] | None = None

    def of_kind(self, kind: Kind) -> list[Place]:
        """Its places of a kind."""
        return [entry.place for entry in self.mention.entries if entry.place.kind is kind]


@dataclass(slots=True)
class Pair:
    """A place made of names: what it says, the positions of the names it used up, and why it was not taken, if so."""

    said: Said | None
    used: tuple[int, ...]
    complaint: str = ""
    start: int = 0


class Pairs:
    """Finds them in a text. Immutable, safe from any thread."""

    def __init__(self, city: City, crossings: Crossings, placer: Placer) -> None:
        self._city = city
        self._crossings = crossings
        self._placer = placer
        self._corner: Callable[[Place, Place, Meeting], Place] = remembered(8_192, self._make_corner)

    def find(self, text: str, named: Sequence[Named]) -> list[Pair]:
        """Crossings and stretches between places of a text, first to last; no name is used twice."""
        found: list[Pair] = []
        if not _may_pair(text, named):
            return found
        taken: set[int] = set()
        for read in (self._between, self._crossing):
            for position in range(len(named)):
                pair = read(text, named, position) if position not in taken else None
                if pair is not None and taken.isdisjoint(pair.used):
                    found.append(pair)
                    if pair.said is not None:
                        taken.update(pair.used)
        return found

    def _crossing(self, text: str, named: Sequence[Named], position: int) -> Pair | None:
        last = named[position]
        others = last.of_kind(Kind.ROAD)
        if not others:
            return None
        mark = MARK.match(text, last.mention.end)
        if position and (ones := named[position - 1].of_kind(Kind.ROAD)):
            link = text[named[position - 1].mention.end : last.mention.start]
            if LINK.fullmatch(link) and not (_is_range(link) and mark is None):
                return self._of_roads(text, (named[position - 1], last), (ones, others), (position - 1, position))
        if mark is None:
            return None
        return self._of_stem(text, named, position, others)

    def _of_roads(
        self,
        text: str,
        pair: tuple[Named, Named],
        roads: tuple[Sequence[Place], Sequence[Place]],
        used: tuple[int, ...],
    ) -> Pair | None:
        one, last = pair
        mark = MARK.match(text, last.mention.end)
        link = text[one.mention.end : last.mention.start]
        is_close = CLOSE_LINK.fullmatch(link) is not None
        if mark is None and is_close and self._has_door(last):
            return None
        if mark is None and not is_close and (last.tail.number is not None or not _ends(text, last.tail.stop)):
            return None
        likeness = one.mention.likeness * last.mention.likeness
        meetings = self._meetings(*roads)
        if not meetings:
            return self._apart(text, pair, roads, mark) if mark is not None else None
        sure = CROSSING_CONFIDENCE if mark is not None or is_close else UNMARKED_CONFIDENCE
        end = mark.end() if mark is not None else last.mention.end
        span = (one.mention.start, end)
        remarks = [mention.remark for mention in (one.mention, last.mention) if mention.remark]
        return Pair(self._said(text, span, meetings, (sure, likeness), remarks), used, start=span[0])

    def _of_stem(self, text: str, named: Sequence[Named], position: int, others: Sequence[Place]) -> Pair | None:
        """文竹泉安中路口: the first road without its 路, which the index may have taken for a village."""
        last = named[position]
        floor = named[position - 1].tail.end if position else 0
        if position and named[position - 1].tail.end == named[position - 1].mention.end:
            floor = named[position - 1].mention.start
        for linked in (1, 0):
            end = last.mention.start - linked
            if linked and (end < 0 or text[end : end + 1] not in tuple("与和跟同及、/")):
                continue
            stem = self._crossings.stem_before(text, end, floor)
            meetings = self._meetings(stem[1], others) if stem is not None else []
            if stem is None or not meetings:
                continue
            mark = MARK.match(text, last.mention.end)
            span = (stem[0], mark.end() if mark is not None else last.mention.end)
            reason = f"“{text[stem[0] : end]}”是{stem[1][0].name}的简称"
            covered = bool(position) and named[position - 1].mention.end > stem[0]
            used = (position - 1, position) if covered else (position,)
            sure = (CROSSING_CONFIDENCE - 0.05, last.mention.likeness)
            return Pair(self._said(text, span, meetings, sure, [reason]), used, start=span[0])
        return None

    def _apart(
        self,
        text: str,
        pair: tuple[Named, Named],
        roads: tuple[Sequence[Place], Sequence[Place]],
        mark: re.Match[str],
    ) -> Pair | None:
        """Two roads that do not cross: where they come nearest, when that is near enough; else only the complaint."""
        near = [
            (meeting, one, other)
            for one in roads[0][:_READINGS_LIMIT]
            for other in roads[1][:_READINGS_LIMIT]
            if one.id != other.id and (meeting := self._crossings.nearest(one.id, other.id)) is not None
        ]
        if not near:
            return None
        best = min(near, key=lambda found: found[0].apart_metres)
        words = f"{best[1].name}与{best[2].name}不相交，最近处相距{round(best[0].apart_metres)}米"
        start = pair[0].mention.start
        if best[0].apart_metres > NEAREST_LIMIT_METRES:
            return Pair(None, (), words, start)
        likeness = pair[0].mention.likeness * pair[1].mention.likeness
        said = self._said(text, (start, mark.end()), [best], (APART_CONFIDENCE, likeness), [words])
        return Pair(said, (), words, start)

    def _meetings(self, ones: Sequence[Place], others: Sequence[Place]) -> list[tuple[Meeting, Place, Place]]:
        return [
            (meeting, one, other)
            for one in ones
            for other in others
            if one.id != other.id
            for meeting in self._crossings.meetings(one.id, other.id)
        ]

    def _said(
        self,
        text: str,
        span: tuple[int, int],
        meetings: Sequence[tuple[Meeting, Place, Place]],
        sure: tuple[float, float],
        remarks: Sequence[str],
    ) -> Said:
        relative, _, move, stop = read_move(text, span[1], len(text))
        tail = Tail(span[1], relative=relative, move=move, stop=stop)
        drafts = [
            Draft(
                self._corner(one, other, meeting),
                Form.FULL,
                span[0],
                span[1],
                tail,
                sure[0] * sure[1],
                [f"{one.name}与{other.name}的交叉口", *remarks],
                likeness=sure[1],
                precision=Precision.CROSSING,
            )
            for meeting, one, other in meetings
        ]
        return Said(span[0], span[1], tail, drafts, codes=codes_of(drafts))

    def _make_corner(self, one: Place, other: Place, meeting: Meeting) -> Place:
        metres = (meeting.east, meeting.north)
        return self._point(
            f"{one.id}+{other.id}", f"{one.name}与{other.name}交叉口", metres, meeting.accuracy_metres, one
        )

    def _point(self, name_id: str, name: str, metres: tuple[float, float], radius: float, like: Place) -> Place:
        lon, lat = (round(degrees, 7) for degrees in self._city.projection.degrees(*metres))
        code12 = self._city.areas.code_at(lon, lat) or like.code12
        return replace(
            like,
            id=name_id,
            kind=Kind.LANDMARK,
            name=name,
            code12=code12,
            codes=frozenset((code12,)),
            lon=lon,
            lat=lat,
            east=metres[0],
            north=metres[1],
            radius_metres=round(radius, 1),
            ordinary=False,
        )

    def _has_door(self, last: Named) -> bool:
        tail = last.tail
        if tail.number is None:
            return False
        find = self._city.doors.find
        return any(
            find(place.id, tail.section, tail.number, tail.suffix) is not None for place in last.of_kind(Kind.ROAD)
        )

    def _between(self, text: str, named: Sequence[Named], position: int) -> Pair | None:
        if not position or not _BETWEEN.match(text, named[position].tail.end):
            return None
        one, other = named[position - 1], named[position]
        if _AND.fullmatch(text[one.tail.end : other.mention.start]) is None:
            return None
        ends = [(a, b) for a in self._spots(one) for b in self._spots(other)]
        if not ends:
            return None
        a, b = min(ends, key=lambda pair: math.dist(pair[0].metres, pair[1].metres))
        road = named[position - 2] if position > 1 and _is_road_before(text, named, position) else None
        mark = _BETWEEN.match(text, other.tail.end)
        end = mark.end() if mark is not None else other.tail.end
        start = road.mention.start if road is not None else one.mention.start
        made = self._middle(a, b, road, (start, end))
        relative, _, move, stop = read_move(text, end, len(text))
        made.tail = Tail(end, relative=relative, move=move, stop=stop)
        used = tuple(range(position - (2 if road is not None else 1), position + 1))
        return Pair(Said(start, end, made.tail, [made], codes=made.place.codes), used, start=start)

    def _spots(self, named: Named) -> list[Spot]:
        tail = named.tail._replace(relative="", move=None)
        mention = named.mention
        return [
            self._placer.put(Draft(entry.place, entry.form, mention.start, tail.end, tail, 0.9 * mention.likeness, []))
            for entry in mention.entries[:_READINGS_LIMIT]
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
        place = self._point(f"{a.draft.place.id}~{b.draft.place.id}", name, metres, radius, a.draft.place)
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


def _may_pair(text: str, named: Sequence[Named]) -> bool:
    """Whether a second look is worth it: two roads, a road before a word for crossings, or a word for between."""
    length = len(text)
    for one in named:
        if one.mention.entries[0].place.kind is Kind.ROAD:
            if len(named) > 1 or (one.mention.end < length and text[one.mention.end] in _MARK_STARTS):
                return True
        elif len(named) > 1 and one.tail.end < length and text[one.tail.end] in _BETWEEN_STARTS:
            return True
    return False


def _is_range(link: str) -> bool:
    return link in ("到", "至")


def _is_road_before(text: str, named: Sequence[Named], position: int) -> bool:
    road, one = named[position - 2], named[position - 1]
    between = text[road.tail.end : one.mention.start]
    return (
        bool(road.of_kind(Kind.ROAD)) and bool(one.of_kind(Kind.ROAD)) and between in ("", "的", "在", "从", "(", ",")
    )


def _ends(text: str, stop: int) -> bool:
    return stop >= len(text) or text[stop] in ",，。;；!！?？)）的"
