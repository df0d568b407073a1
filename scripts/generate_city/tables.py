"""The generated tables of the pack, from what was invented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.generate_city.areas import Land, lay_out
from scripts.generate_city.cells import Holder, make_cells
from scripts.generate_city.doors import Door, road_doors, village_doors
from scripts.generate_city.grids import make_grids
from scripts.generate_city.ground import Ground
from scripts.generate_city.inputs import Inputs
from scripts.generate_city.landmarks import Landmark, make_landmarks
from scripts.generate_city.roads import Road, make_roads
from scripts.generate_city.writing import write_csv, write_geojson

DIVISION_COLUMNS = (
    "code12",
    "name",
    "short_name",
    "level",
    "type",
    "parent_code12",
    "place",
    "lon",
    "lat",
    "source",
    "aliases",
)
PLACE_COLUMNS = ("id", "kind", "name", "aliases", "code12", "lon", "lat", "source")
DOOR_COLUMNS = ("road_id", "section", "number", "suffix", "lon", "lat", "code12")
OTHER_NAMES = {"350582106216": "丙洲|丙洲村|洲村"}


@dataclass(frozen=True, slots=True)
class City:
    """Everything invented, in metres."""

    inputs: Inputs
    ground: Ground
    land: Land
    roads: list[Road]
    landmarks: list[Landmark]
    holder: Holder
    seed: int


def invent(inputs: Inputs, projection: str, seed: int) -> City:
    """The city of a seed."""
    ground = Ground(projection)
    land = lay_out(inputs, ground, seed)
    roads = make_roads(inputs, land, ground, seed)
    landmarks = make_landmarks(inputs, land, roads, seed)
    return City(inputs, ground, land, roads, landmarks, Holder(land.areas), seed)


def write_city(city: City, out: Path) -> dict[str, int]:
    """Writes the generated files into `out`; rows or features of each."""
    ground, land = city.ground, city.land
    cells = make_cells(land.areas, city.holder)
    road_shapes = (
        (road.line, {"id": road.id, "name": road.name, "aliases": road.aliases, "source": road.source})
        for road in city.roads
    )
    return {
        "county.geojson": write_geojson(
            out / "county.geojson", ground, [(land.outline, {"code6": "350582", "name": "晋江市", "source": "real"})]
        ),
        "communities.geojson": write_geojson(
            out / "communities.geojson",
            ground,
            ((area.polygon, {"code12": area.community.code12, "source": "invented"}) for area in land.areas),
        ),
        "roads.geojson": write_geojson(out / "roads.geojson", ground, road_shapes),
        "divisions.csv": write_csv(out / "divisions.csv", DIVISION_COLUMNS, _divisions(city)),
        "places.csv": write_csv(out / "places.csv", PLACE_COLUMNS, _places(city)),
        "doors.csv": write_csv(out / "doors.csv", DOOR_COLUMNS, _doors(city)),
        "cells.csv": write_csv(out / "cells.csv", ("cell", "code12", "min_x", "min_y"), cells),
        "grids.csv": write_csv(out / "grids.csv", ("cell", "grid"), make_grids(cells)),
    }


def _divisions(city: City) -> Iterator[tuple[str, ...]]:
    areas = {area.community.code12: area for area in city.land.areas}
    for town in city.inputs.towns:
        centre = city.land.town_centres.get(town["code9"])
        lon, lat = _degrees(city, centre[0]) if centre else ("", "")
        source = ("real" if centre[1] == "geonames" else "invented") if centre else ""
        place = "yes" if centre else "no"
        yield town["code12"], town["name"], "", "town", town["type"], "350582000000", place, lon, lat, source, ""
    for one in city.inputs.communities:
        area = areas.get(one.code12)
        lon, lat = _degrees(city, area.centre) if area else ("", "")
        source = ("real" if area.centre_source == "geonames" else "invented") if area else ""
        parent, place = f"{one.code9}000", "yes" if area else "no"
        short = one.short_name if area else ""
        yield (
            one.code12,
            one.name,
            short,
            "community",
            one.type,
            parent,
            place,
            lon,
            lat,
            source,
            _aliases(one.code12, one.short_name),
        )


def _aliases(code12: str, short_name: str) -> str:
    # 花厅口回族村 is 花厅口村 in every address people write.
    plain = re.sub("(回族|畲族)$", "", short_name)
    return OTHER_NAMES.get(code12, f"{plain}|{plain}村" if plain != short_name else "")


def _degrees(city: City, at: tuple[float, float]) -> tuple[str, str]:
    lon, lat = city.ground.degrees([at])[0]
    return f"{lon:.6f}", f"{lat:.6f}"


def _places(city: City) -> Iterator[tuple[str, ...]]:
    middles = [road.line.interpolate(0.5, normalized=True) for road in city.roads]
    points = [(middle.x, middle.y) for middle in middles] + [one.at for one in city.landmarks]
    heads = [(road.id, "road", road.name, road.aliases) for road in city.roads]
    heads += [(one.id, one.kind, one.name, one.aliases) for one in city.landmarks]
    sources = [road.source for road in city.roads] + [one.source for one in city.landmarks]
    codes, degrees = city.holder.codes(points), city.ground.degrees(points)
    for head, code12, (lon, lat), source in zip(heads, codes, degrees, sources, strict=True):
        yield *head, code12, f"{lon:.6f}", f"{lat:.6f}", source


def _doors(city: City) -> Iterator[tuple[object, ...]]:
    doors: list[Door] = [door for road in city.roads for door in road_doors(road, city.seed)]
    doors += [door for area in city.land.areas for door in village_doors(area, city.seed)]
    points = [door.at for door in doors]
    codes, degrees = city.holder.codes(points), city.ground.degrees(points)
    for door, held, (lon, lat) in zip(doors, codes, degrees, strict=True):
        code12 = door.code12 or held
        yield door.road_id, door.section, door.number, door.suffix, f"{lon:.6f}", f"{lat:.6f}", code12
