"""Where roads meet: the crossing of two roads in any wording, found once for the whole city when it is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geocode.gazetteer import Kind, Place
from geocode.meetings import meetings

NEAREST_LIMIT_METRES = 300.0
CROSSING_ACCURACY_METRES = 25.0
STEM_ENDINGS = ("大道", "大街", "公路", "路", "街", "巷", "道")

# Between two roads: a close link means their crossing by itself, the others only with a word for it. A link is made of
# words that join or lead on, and of how one gets from the one road to the other.
_JOIN = "[段与和跟同及、·到至往向去进入上连接通对着过快要将靠临近挨的那边头(（—~-]"
_GOING = (
    "走|开|骑|行驶|行|跑|拐弯|拐|转弯|转|左转|右转|掉头"
    "|直行|穿过|穿|经过|连接|连通|交叉|相交|过去|下来|过来|出来|碰到|遇到|碰|遇|以及|还有|路上|上面"
)
CLOSE_LINK = re.compile(r"(?:路?口)?的?[(（]?(?:[/×x+&＆]|交叉|靠近|临近|靠|近|接|交|转)?")
LINK = re.compile(rf"(?:{CLOSE_LINK.pattern}|(?:路?口)?(?:{_JOIN}|{_GOING}){{1,5}})")
# With a word for crossings behind it, of roads that do meet.
LOOSE_LINK = re.compile(r"(?:路?口)?[,，]?[^,，。;；:：!！?？\d不没非是有]{0,8}")
_LEAD = "进来|进去|那头|去|往|的|那个|这个|那边|这边|那里|这里|那|这|两条路|两路|两条|一个|个|大|小|老|新|所在|形成"
_MEETING = (
    "十字街|十字|丁字|[t丁y]型|[三四五]岔|[三四五]叉|[分叉]岔|岔|交叉|交汇|交会|汇合|汇|会合|相交|相接|相连|相遇|交接|交界|交|衔接|连接|接口|接头|接"
    "|对接|[路街巷道拐弯转]口|口子|口(?![腔味气径罩])|红绿灯|信号灯|交通灯|灯岗|岗亭|[转拐夹]角|[转拐]弯|弯|碰头|碰面|转盘|环岛"
)
MARK = re.compile(
    rf"(?:{_LEAD}|{_GOING}){{0,4}}(?:{_MEETING})(?:{_MEETING}|路|子|处|点|角){{0,4}}(?:的?(?:红绿灯|信号灯|地方|位置|地段|那里))?"
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where two roads meet, or come nearest: projected metres, and how far apart they are."""

    east: float
    north: float
    apart_metres: float

    @property
    def accuracy_metres(self) -> float:
        """25 m for a crossing, and half of what lies between for roads that only come near."""
        return CROSSING_ACCURACY_METRES + self.apart_metres / 2


class Crossings:
    """All crossings of a city by the ids of the two roads. Immutable."""

    def __init__(self, roads: Mapping[str, BaseGeometry], places: Iterable[Place]) -> None:
        """`roads` holds the courses by id, in projected metres."""
        self._roads = roads
        self._met = _met(list(roads), list(roads.values()))
        stems: dict[str, list[Place]] = {}
        for place in places:
            if place.kind is Kind.ROAD and (stem := road_stem(place.name)):
                stems.setdefault(stem, []).append(place)
        self._stems = {stem: tuple(named) for stem, named in stems.items()}
        self._longest_stem = max(map(len, stems), default=0)

    def __len__(self) -> int:
        return len(self._met)

    def meetings(self, one: str, other: str) -> Sequence[Meeting]:
        """Where two roads cross; nowhere, once, or several times."""
        return self._met.get((one, other) if one < other else (other, one), ())

    def nearest(self, one: str, other: str) -> Meeting | None:
        """Where two roads that do not cross come nearest; None for a road without a course."""
        here, there = self._roads.get(one), self._roads.get(other)
        if here is None or there is None:
            return None
        line = shapely.shortest_line(here, there)
        middle = line.interpolate(0.5, normalized=True)
        return Meeting(float(middle.x), float(middle.y), float(line.length))

    def stem_before(self, text: str, end: int, floor: int) -> tuple[int, tuple[Place, ...]] | None:
        """The road whose name without 路 ends at `end`: its start and the roads so called. 文竹 of 文竹泉安中路口."""
        for length in range(min(self._longest_stem, end - floor), 1, -1):
            roads = self._stems.get(text[end - length : end])
            if roads is not None:
                return end - length, roads
        return None


def road_stem(name: str) -> str:
    """文竹 of 文竹路; empty when what stays is no name."""
    for ending in STEM_ENDINGS:
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            return stem if len(stem) >= 2 else ""
    return ""


def _met(ids: Sequence[str], lines: Sequence[BaseGeometry]) -> dict[tuple[str, str], list[Meeting]]:
    found: dict[tuple[str, str], list[Meeting]] = {}
    for met in meetings(lines):
        one, other = ids[met.first], ids[met.second]
        pair = (one, other) if one < other else (other, one)
        found.setdefault(pair, []).append(Meeting(met.east, met.north, 0.0))
    return found
