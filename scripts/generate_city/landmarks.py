"""Landmarks: the listed ones, and schools, markets, parks, factories, estates, stations and temples by community."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.generate_city.areas import Area, Land
from scripts.generate_city.doors import beside
from scripts.generate_city.ground import Metres
from scripts.generate_city.inputs import Inputs, KnownLandmark
from scripts.generate_city.roads import Road

# ending, kind, chance in a residents' community, chance in a village
COMMUNITY_KINDS = (
    ("小学", "school", 0.45, 0.6),
    ("幼儿园", "school", 0.25, 0.2),
    ("市场", "market", 0.3, 0.25),
    ("公园", "park", 0.3, 0.2),
    ("工业区", "factory", 0.15, 0.3),
    ("花园", "estate", 0.4, 0.03),
    ("公交站", "landmark", 0.4, 0.3),
    ("卫生所", "landmark", 0.15, 0.3),
    ("老人活动中心", "landmark", 0.1, 0.25),
    ("祠堂", "landmark", 0.05, 0.2),
    ("加油站", "landmark", 0.1, 0.08),
)
TOWN_KINDS = (
    ("中学", "school"),
    ("中心小学", "school"),
    ("医院", "landmark"),
    ("汽车站", "landmark"),
    ("派出所", "landmark"),
    ("邮政支局", "landmark"),
    ("文化中心", "landmark"),
    ("农贸市场", "market"),
    ("体育公园", "park"),
)
ESTATE_WORDS = ("御景", "世纪", "滨江", "金色", "阳光城", "万佳", "紫金", "海西", "领秀", "书香", "凤凰", "锦绣江南")
ESTATE_ENDINGS = ("花园", "豪庭", "华府", "新村", "公寓", "小区", "雅苑", "广场")
ESTATES_IN_STREETS = 0.6
PLACE_ENDINGS = re.compile("(回族|畲族|街道|镇)$")


@dataclass(frozen=True, slots=True)
class Landmark:
    """A named place in metres."""

    id: str
    kind: str
    name: str
    aliases: str
    at: Metres
    source: str


Draft = tuple[str, str, str, Metres, str]


def make_landmarks(inputs: Inputs, land: Land, roads: list[Road], seed: int) -> list[Landmark]:
    """All landmarks in the order of their ids; no two of a community share a name."""
    chance = random.Random(f"{seed}:landmarks")
    drafts = [
        *(_listed(one, land, roads, chance) for one in inputs.landmarks),
        *_of_towns(inputs, land, chance),
        *_of_communities(land, chance),
        *_estates(land, chance),
    ]
    return [Landmark(f"L{index:04}", *draft) for index, draft in enumerate(drafts, start=1)]


def _listed(one: KnownLandmark, land: Land, roads: list[Road], chance: random.Random) -> Draft:
    road = next((road for road in roads if road.name == one.road), None)
    if road is not None:
        at = beside(road.line, int(road.highest_number * chance.uniform(0.35, 0.65)), road.highest_number)
    else:
        area = next(area for area in land.areas if area.community.code12.startswith(one.area))
        at = _near(area, chance)
    return one.kind, one.name, "", at, one.source


def _of_towns(inputs: Inputs, land: Land, chance: random.Random) -> Iterator[Draft]:
    for town in inputs.towns:
        if town["code9"] not in land.town_centres:
            continue
        area = _at_centre(town["code9"], land)
        short = PLACE_ENDINGS.sub("", town["name"])
        office = "街道办事处" if town["type"] == "街道" else "镇政府"
        yield "landmark", short + office, "", _near(area, chance), "invented"
        for ending, kind in TOWN_KINDS:
            yield kind, short + ending, "", _near(area, chance), "invented"


def _at_centre(code9: str, land: Land) -> Area:
    centre = land.town_centres[code9][0]
    members = (area for area in land.areas if area.community.code9 == code9)
    return min(members, key=lambda area: math.dist(area.centre, centre))


def _of_communities(land: Land, chance: random.Random) -> Iterator[Draft]:
    for area in land.areas:
        short = PLACE_ENDINGS.sub("", area.community.short_name)
        urban = area.community.type == "社区"
        office = "居委会" if urban else "村委会"
        yield "landmark", short + office, f"{short}{'社区' if urban else '村'}{office}", _near(area, chance), "invented"
        for ending, kind, urban_chance, village_chance in COMMUNITY_KINDS:
            if chance.random() < (urban_chance if urban else village_chance):
                yield kind, short + ending, "", _near(area, chance), "invented"


def _estates(land: Land, chance: random.Random) -> Iterator[Draft]:
    names = [word + ending for word in ESTATE_WORDS for ending in ESTATE_ENDINGS if word[-2:] != ending]
    chance.shuffle(names)
    for area in land.areas:
        in_street = area.community.code9 < "350582100"
        if in_street and names and chance.random() < ESTATES_IN_STREETS:
            yield "estate", names.pop(), "", _near(area, chance), "invented"


def _near(area: Area, chance: random.Random) -> Metres:
    turn = chance.uniform(0, 2 * math.pi)
    reach = area.room_metres * chance.uniform(0.1, 0.85)
    return area.centre[0] + math.cos(turn) * reach, area.centre[1] + math.sin(turn) * reach
