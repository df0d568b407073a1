"""Roads: the listed main roads, a small street grid in each town centre, and a road for most communities."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from scripts.generate_city.areas import Area, Land
from scripts.generate_city.ground import Ground, Metres
from scripts.generate_city.inputs import Inputs
from scripts.generate_city.road_names import RoadNames

GRID_STREETS = {"350582001": 8, "350582002": 8, "350582004": 7, "350582003": 5, "350582005": 5, "350582006": 5}
OTHER_GRID_STREETS = 4
STREET_SPACING_METRES = 260.0
COMMUNITY_ROAD_CHANCE = 0.72


@dataclass(frozen=True, slots=True)
class Road:
    """A road with its course in metres, numbered from its start; `highest_number` is the last door number."""

    id: str
    name: str
    aliases: str
    line: LineString
    highest_number: int
    known_numbers: tuple[str, ...]
    source: str


def make_roads(inputs: Inputs, land: Land, ground: Ground, seed: int) -> list[Road]:
    """All roads of the county, in the order of their ids."""
    chance = random.Random(f"{seed}:roads")
    names = RoadNames([road.name for road in inputs.main_roads], inputs.street_words, chance)
    drafts = [*_main(inputs, land, ground), *_grids(land, names, chance), *_community_roads(land, names, chance)]
    return [
        Road(f"R{index:04}", name, aliases, line, highest, known, source)
        for index, (name, aliases, line, highest, known, source) in enumerate(drafts, start=1)
    ]


Draft = tuple[str, str, LineString, int, tuple[str, ...], str]


def _main(inputs: Inputs, land: Land, ground: Ground) -> Iterator[Draft]:
    for road in inputs.main_roads:
        line = within(LineString([ground.metres(*at) for at in road.course]), land.outline)
        if line is not None:
            yield road.name, road.aliases, line, road.highest_number, road.known_numbers, road.source


def _grids(land: Land, names: RoadNames, chance: random.Random) -> Iterator[Draft]:
    for code9, town in sorted(land.towns.items()):
        centre = land.town_centres[code9][0]
        count = GRID_STREETS.get(code9, OTHER_GRID_STREETS)
        turn = chance.uniform(-0.25, 0.25)
        for along in (turn, turn + math.pi / 2):
            for place in range(count):
                aside = (place - (count - 1) / 2) * STREET_SPACING_METRES + chance.uniform(-40, 40)
                line = within(_street(centre, along, aside, chance), town)
                if line is not None:
                    yield (names.street(), "", line, door_span(line), (), "invented")


def _street(centre: Metres, along: float, aside: float, chance: random.Random) -> LineString:
    half = STREET_SPACING_METRES * chance.uniform(1.6, 3.4)
    slide = chance.uniform(-200, 200)
    middle = (
        centre[0] - math.sin(along) * aside + math.cos(along) * slide,
        centre[1] + math.cos(along) * aside + math.sin(along) * slide,
    )
    ends = [(middle[0] + math.cos(along) * reach, middle[1] + math.sin(along) * reach) for reach in (-half, 0.0, half)]
    bent = [(x + chance.uniform(-25, 25), y + chance.uniform(-25, 25)) for x, y in ends]
    return LineString(bent)


def _community_roads(land: Land, names: RoadNames, chance: random.Random) -> Iterator[Draft]:
    for area in land.areas:
        if chance.random() > COMMUNITY_ROAD_CHANCE:
            continue
        near = _nearest(area, land.areas)
        line = within(_lane(area.centre, near.centre, chance), land.outline)
        name = names.of_community(area.community)
        if line is not None and name:
            yield name, "", line, door_span(line), (), "invented"


def _nearest(area: Area, areas: list[Area]) -> Area:
    others = (one for one in areas if one is not area and one.community.code9 == area.community.code9)
    return min(others, key=lambda one: math.dist(one.centre, area.centre), default=area)


def _lane(start: Metres, goal: Metres, chance: random.Random) -> LineString:
    run, rise = goal[0] - start[0], goal[1] - start[1]
    if math.hypot(run, rise) < 100:
        run, rise = 400.0, 100.0
    behind, ahead = 0.3, chance.uniform(0.55, 0.9)
    bend = chance.uniform(-0.08, 0.08)
    return LineString(
        [
            (start[0] - run * behind, start[1] - rise * behind),
            (start[0] + run * 0.2 - rise * bend, start[1] + rise * 0.2 + run * bend),
            (start[0] + run * ahead, start[1] + rise * ahead),
        ]
    )


def within(line: LineString, ground_shape: BaseGeometry) -> LineString | None:
    """The longest part of the road inside the shape; None when less than 120 m are."""
    parts = [part for part in shapely.get_parts(line.intersection(ground_shape)) if part.geom_type == "LineString"]
    longest = max(parts, key=lambda part: part.length, default=None)
    return longest if longest is not None and longest.length >= 120 else None


def door_span(line: LineString) -> int:
    """The last door number of a road without a listed one: two numbers every 12 m."""
    return max(8, int(line.length / 6))
