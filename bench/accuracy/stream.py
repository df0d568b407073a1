"""A made stream of reports with known truth: problems that are told of once or often, in other words, by ear, by point.

Everything is drawn from one seed: names from the city pack, wordings from `data/problem_words.csv`, mishearing from
`misheard.Ear`. Nothing of the product takes part.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.accuracy.city_names import Door, Named
from bench.accuracy.item import SpotKind
from bench.accuracy.misheard import Ear
from bench.accuracy.sounds import Sounds
from bench.accuracy.wording import Drawing

DAYS = 30.0
_WORDS = Path(__file__).parent / "data" / "problem_words.csv"
_DETAILS = (
    *("加油站旁边", "公交站旁", "菜市场门口", "小超市门口", "学校围墙外", "药店对面", "榕树下", "河边"),
    *("桥头", "巷子口", "转弯的地方", "停车场入口", "银行门口", "修车店旁", "理发店门口", "工厂大门旁"),
    *("篮球场边上", "祠堂前面", "村委会后面", "快递站门口"),
)
_DANGERS = ("", "", "", "很危险", "小孩差点摔倒", "影响出行", "已经好几天了", "没人管", "大家意见很大", "走路都要绕开")
_ENDINGS = ("", "", "请派人处理", "麻烦处理一下", "谢谢", "希望尽快解决", "请你们来看看")
_REASK = ("又来反映一次，", "昨天就说过了，", "", "", "", "我也反映一下，")
_HEARD, _POINTED, _VILLAGE_ONLY, _NEXT_DOOR = 0.25, 0.15, 0.12, 0.12
_SIBLINGS = (("near", 0.14), ("kind", 0.05), ("other", 0.12))
_AGAIN, _BOOKS_LAG = 0.08, 0.1
_METRES_PER_LAT = 110_780.0
_METRES_PER_LON = 111_320.0 * math.cos(math.radians(24.7))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `day` is when it began, `handled` when it was mended, `closed` when the books say so."""

    id: int
    category_key: str
    wordings: tuple[str, ...]
    door: Door
    detail: str
    day: float
    handled: float
    closed: float
    kind: str


@dataclass(frozen=True, slots=True)
class Told:
    """One report with its truth. `point` is lon, lat, accuracy in metres; `kind` says how it was told, and of what."""

    day: float
    problem: Problem
    text: str
    point: tuple[float, float, float] | None
    heard: bool
    how: str


class Stream:
    """Draws problems and their reports."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self._rng = drawing.rng
        self._ear = Ear(drawing, Sounds())
        with (drawing.names.folder / "categories.csv").open(encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        keys = (f"{row['kind']}{row['class_code']}{row['sub_code']}" for row in rows)
        self._radius = {key: float(row["radius_metres"]) for key, row in zip(keys, rows, strict=True)}
        with _WORDS.open(encoding="utf-8") as file:
            self._words = {row["category_key"]: tuple(row["words"].split("|")) for row in csv.DictReader(file)}
        villages = [one for one in drawing.names.communities if len(drawing.names.doors_of(one)) > 20]
        roads = [one for one in drawing.names.roads.values() if len(drawing.names.doors_of(one)) > 20]
        self._villages, self._roads = villages, roads
        self._count = 0

    def reports(self, count: int) -> list[Told]:
        """So many reports, in the order of time."""
        told: list[Told] = []
        while len(told) < count:
            for problem in self._problems():
                told += self._tellings(problem)
        return sorted(told[:count], key=lambda one: one.day)

    def _problems(self) -> Iterator[Problem]:
        """A problem, and now and then another beside it, or the same again after it was mended."""
        rng = self._rng
        first = self._problem("first", rng.choice(list(self._words)), self._door(), rng.uniform(0, DAYS))
        yield first
        for kind, share in _SIBLINGS:
            if rng.random() < share and (other := self._sibling(first, kind)) is not None:
                yield other
        if rng.random() < _AGAIN:
            day = first.handled + rng.uniform(1, 12)
            again = self._problem("again", first.category_key, first.door, day)
            yield replace(again, detail=first.detail)

    def _problem(self, kind: str, category_key: str, door: Door, day: float) -> Problem:
        rng = self._rng
        self._count += 1
        handled = day + 0.3 + rng.expovariate(1 / 4)
        closed = math.inf if rng.random() < _BOOKS_LAG else handled
        detail = rng.choice(_DETAILS) if rng.random() < 0.6 else ""
        return Problem(self._count, category_key, self._words[category_key], door, detail, day, handled, closed, kind)

    def _sibling(self, first: Problem, kind: str) -> Problem | None:
        rng = self._rng
        day = first.day + rng.uniform(-2, 2)
        covers = [key for key in ("部件0101", "部件0102", "部件0107") if key != first.category_key]
        match kind:
            case "near":
                # Nearer than the category's radius the city itself takes two for one.
                least = max(70.0, self._radius[first.category_key])
                known = self._drawing.names.doors_of(first.door.owner)
                doors = [one for one in known if least < _apart(one, first.door) < least + 300]
                return self._problem("near", first.category_key, rng.choice(doors), day) if doors else None
            case "kind":
                is_cover = first.category_key in ("部件0102", "部件0107")
                return self._problem("kind", covers[-1], first.door, day) if is_cover else None
            case _:
                others = [key for key in self._words if key != first.category_key and key not in covers]
                return self._problem("other", rng.choice(others), first.door, day)

    def _door(self) -> Door:
        rng = self._rng
        owner = rng.choice(self._villages if rng.random() < 0.7 else self._roads)
        return rng.choice(self._drawing.names.doors_of(owner))

    def _tellings(self, problem: Problem) -> Iterator[Told]:
        rng = self._rng
        count = rng.choices([1, 2, 3, rng.randrange(4, 12)], [68, 16, 8, 8])[0]
        yield self._telling(problem, problem.day, "first")
        for _ in range(count - 1):
            late = rng.uniform(1, 10) if rng.random() < 0.2 else rng.expovariate(1 / 0.6)
            day = problem.day + 0.001 + late
            if day < problem.handled:
                yield self._telling(problem, day, "late" if late > 2 else "soon")

    def _telling(self, problem: Problem, day: float, how: str) -> Told:
        rng = self._rng
        heard = rng.random() < _HEARD
        point = self._point(problem.door) if not heard and rng.random() < _POINTED else None
        words = rng.choice(problem.wordings)
        if problem.detail and rng.random() < 0.5:
            words = f"{problem.detail}{words}" if rng.random() < 0.7 else f"{words}，就在{problem.detail}"
        place = "" if point and rng.random() < 0.6 else self._place(problem.door)
        before = rng.choice(_REASK) if how != "first" else ""
        after = "，".join(part for part in (rng.choice(_DANGERS), rng.choice(_ENDINGS)) if part)
        told = f"{words}{'，' if after else ''}{after}"
        if heard:
            name = self._ear.name(place) or place
            return Told(day, problem, self._ear.sentence(before) + name + self._ear.sentence(told), None, True, how)
        return Told(day, problem, f"{before}{place}{told}", point, False, how)

    def _place(self, door: Door) -> str:
        """The door with or without its town, the door next to it, or the village alone."""
        rng, owner = self._rng, door.owner
        front = self._drawing.town_of(door) if rng.random() < 0.6 or not self._drawing.names.is_one(owner.name) else ""
        if owner.kind is SpotKind.COMMUNITY and rng.random() < _VILLAGE_ONLY:
            return f"{front}{owner.name}"
        number, relation = door, rng.choices(["", "门口", "旁边", "对面"], [60, 20, 14, 6])[0]
        if rng.random() < _NEXT_DOOR:
            beside = [one for one in self._drawing.names.doors_of(owner) if 0 < _apart(one, door) < 25]
            number, relation = rng.choice(beside or [door]), rng.choice(["旁边", "门口", ""])
        return f"{front}{_spelled(owner, number)}{relation}"

    def _point(self, door: Door) -> tuple[float, float, float]:
        rng = self._rng
        accuracy = rng.choice([5.0, 10.0, 15.0, 25.0, 50.0])
        east, north = rng.gauss(0, accuracy / 2 + 6), rng.gauss(0, accuracy / 2 + 6)
        return door.lon + east / _METRES_PER_LON, door.lat + north / _METRES_PER_LAT, accuracy


def _spelled(owner: Named, door: Door) -> str:
    suffix = f"-{door.suffix}" if door.suffix else ""
    return f"{owner.name}{door.section}{door.number}{suffix}号"


def _apart(one: Door, other: Door) -> float:
    return math.hypot((one.lon - other.lon) * _METRES_PER_LON, (one.lat - other.lat) * _METRES_PER_LAT)
