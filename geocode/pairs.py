"""Two names that mean one place together: the crossing of two roads, and what lies between two places."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from geocode.between import BETWEEN_STARTS, READINGS_LIMIT, Betweens
from geocode.city import City
from geocode.crossings import CLOSE_LINK, LINK, LOOSE_LINK, MARK, NEAREST_LIMIT_METRES, Crossings, Meeting
from geocode.drafts import Draft, Said, codes_of
from geocode.gazetteer import Form, Kind, Place
from geocode.named import Named, Pair, made_place
from geocode.placing import Placer
from geocode.relative import read_move
from geocode.remembered import remembered
from geocode.tail import Tail
from intake.model import Precision

CROSSING_CONFIDENCE = 0.93
UNMARKED_CONFIDENCE = 0.65
APART_CONFIDENCE = 0.7
_MARK_STARTS = frozenset("的那这一个大小老新所形十丁ty三四五分叉岔交汇会相衔连接对路街巷道弯口红信灯岗转拐环")


class Pairs:
    """Finds them in a text. Immutable, safe from any thread."""

    def __init__(self, city: City, crossings: Crossings, placer: Placer) -> None:
        self._city = city
        self._crossings = crossings
        self._betweens = Betweens(city, crossings, placer)
        self._corner: Callable[[Place, Place, Meeting], Place] = remembered(8_192, self._make_corner)

    def find(self, text: str, named: Sequence[Named]) -> list[Pair]:
        """Crossings and stretches between places of a text, first to last; no name is used twice."""
        found: list[Pair] = []
        if not _may_pair(text, named):
            return found
        taken: set[int] = set()
        for read in (self._betweens.find, self._crossing):
            for position in range(len(named)):
                pair = read(text, named, position) if position not in taken else None
                if pair is not None and taken.isdisjoint(pair.used):
                    found.append(pair)
                    if pair.said is not None:
                        taken.update(pair.used)
        return found

    def _crossing(self, text: str, named: Sequence[Named], position: int) -> Pair | None:
        last = named[position]
        if not last.mention.sort.has_road:
            return None
        others = last.of_kind(Kind.ROAD)
        mark = MARK.match(text, last.mention.end)
        if position and (ones := named[position - 1].of_kind(Kind.ROAD)):
            link = text[named[position - 1].mention.end : last.mention.start]
            is_linked = LINK.fullmatch(link) or (mark is not None and LOOSE_LINK.fullmatch(link))
            if is_linked and not (_is_range(link) and mark is None):
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
            for one in roads[0][:READINGS_LIMIT]
            for other in roads[1][:READINGS_LIMIT]
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
        called = f"{one.id}+{other.id}", f"{one.name}与{other.name}交叉口"
        return made_place(self._city, called, (meeting.east, meeting.north), meeting.accuracy_metres, one)

    def _has_door(self, last: Named) -> bool:
        tail = last.tail
        if tail.number is None:
            return False
        find = self._city.doors.find
        return any(
            find(place.id, tail.section, tail.number, tail.suffix) is not None for place in last.of_kind(Kind.ROAD)
        )


def _may_pair(text: str, named: Sequence[Named]) -> bool:
    """Whether a second look is worth it: two roads, a road before a word for crossings, or a word for between."""
    length = len(text)
    for one in named:
        if one.mention.sort.has_road:
            if len(named) > 1 or (one.mention.end < length and text[one.mention.end] in _MARK_STARTS):
                return True
        elif len(named) > 1 and one.tail.end < length and text[one.tail.end] in BETWEEN_STARTS:
            return True
    return False


def _is_range(link: str) -> bool:
    return link in ("到", "至")


def _ends(text: str, stop: int) -> bool:
    return stop >= len(text) or text[stop] in ",，。;；!！?？)）的"
