"""Towns and communities as Voronoi polygons inside the outline: invented shapes around real or invented centres."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from scripts.generate_city.ground import Ground, Metres
from scripts.generate_city.inputs import Community, Inputs

RELAXATIONS = 4


@dataclass(frozen=True, slots=True)
class Area:
    """A community that is a place: polygon and centre in metres."""

    community: Community
    polygon: Polygon
    centre: Metres
    centre_source: str

    @property
    def room_metres(self) -> float:
        """Distance from the centre to the nearest border."""
        return float(self.polygon.exterior.distance(Point(self.centre)))


@dataclass(frozen=True, slots=True)
class Land:
    """Outline, towns (by nine digits) and communities in metres."""

    outline: BaseGeometry
    towns: Mapping[str, Polygon]
    town_centres: Mapping[str, tuple[Metres, str]]
    areas: list[Area]


def lay_out(inputs: Inputs, ground: Ground, seed: int) -> Land:
    """Polygons of all towns that have communities on the ground, and of their communities."""
    outline = ground.shape_in_metres(inputs.outline)
    anchors = [(point.code9, ground.metres(*point.at)) for point in inputs.town_points]
    pieces = cut(outline, [at for _, at in anchors])
    joined: dict[str, BaseGeometry] = {}
    for (code9, _), piece in zip(anchors, pieces, strict=True):
        joined[code9] = shapely.union(joined[code9], piece) if code9 in joined else piece
    towns = dict(zip(joined, make_whole(list(joined.values())), strict=True))
    centres = {point.code9: (ground.metres(*point.at), point.source) for point in inputs.town_points if point.is_centre}
    pinned = {code: (ground.metres(*at), source) for code, (at, source) in inputs.community_points.items()}
    areas: list[Area] = []
    for code9, town in towns.items():
        members = [one for one in inputs.communities if one.code9 == code9 and one.is_place]
        chance = random.Random(f"{seed}:{code9}")
        areas.extend(_communities(members, town, centres[code9][0], pinned, chance))
    return Land(outline, towns, centres, areas)


def _communities(
    members: list[Community],
    town: Polygon,
    centre: Metres,
    pinned: Mapping[str, tuple[Metres, str]],
    chance: random.Random,
) -> list[Area]:
    fixed = {one.code12: pinned[one.code12] for one in members if one.code12 in pinned}
    loose = [one for one in members if one.code12 not in fixed]
    held = [at for at, _ in fixed.values()]
    seeds = [_scatter(town, centre, chance) for _ in loose]
    for _ in range(RELAXATIONS):
        cells = cut(town, [*seeds, *held])
        seeds = [_toward(at, cell) for at, cell in zip(seeds, cells[: len(seeds)], strict=True)]
    seeds.sort(key=lambda at: math.dist(at, centre))
    # Residents' committees sit in the built-up middle, villages around them.
    loose.sort(key=lambda one: (one.type != "社区", one.code12))
    polygons = make_whole(cut(town, [*seeds, *held]))
    order = [*loose, *(one for one in members if one.code12 in fixed)]
    sources = ["invented"] * len(loose) + [source for _, source in fixed.values()]
    areas = [
        Area(one, polygon, _inside(polygon, at), source)
        for one, polygon, at, source in zip(order, polygons, [*seeds, *held], sources, strict=True)
    ]
    return sorted(areas, key=lambda area: area.community.code12)


def cut(ground_shape: BaseGeometry, seeds: list[Metres]) -> list[BaseGeometry]:
    """The Voronoi pieces of `ground_shape`, in the order of `seeds`."""
    if len(seeds) == 1:
        return [ground_shape]
    cells = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=ground_shape.buffer(1000))
    tree = shapely.STRtree(shapely.get_parts(cells))
    parts = tree.geometries
    found = [int(tree.query(Point(at), predicate="within")[0]) for at in seeds]
    return [shapely.intersection(parts[index], ground_shape) for index in found]


def make_whole(pieces: list[BaseGeometry]) -> list[Polygon]:
    """One polygon a piece: splinters go to the neighbour with the longest shared border."""
    main: list[BaseGeometry] = []
    splinters: list[BaseGeometry] = []
    for piece in pieces:
        parts = [part for part in shapely.get_parts(piece) if part.geom_type == "Polygon"]
        parts.sort(key=lambda part: -part.area)
        main.append(parts[0])
        splinters.extend(parts[1:])
    for splinter in splinters:
        borders = [one.intersection(splinter).length for one in main]
        best = borders.index(max(borders))
        joined = shapely.union(main[best], splinter)
        if joined.geom_type == "Polygon":
            main[best] = joined
    return [Polygon(one.exterior) for one in main]


def _scatter(town: Polygon, centre: Metres, chance: random.Random) -> Metres:
    west, south, east, north = town.bounds
    reach = math.hypot(east - west, north - south)
    while True:
        at = (chance.uniform(west, east), chance.uniform(south, north))
        dense = math.exp(-2.5 * math.dist(at, centre) / reach)
        if chance.random() < dense and town.contains(Point(at)):
            return at


def _toward(at: Metres, cell: BaseGeometry) -> Metres:
    # Half way keeps the crowding around the town centre that full relaxation would even out.
    middle = cell.centroid
    return (at[0] + middle.x) / 2, (at[1] + middle.y) / 2


def _inside(polygon: Polygon, at: Metres) -> Metres:
    if polygon.buffer(-60).contains(Point(at)):
        return at
    point = polygon.representative_point()
    return point.x, point.y
