"""Tables of points: places, door numbers, divisions; and the cells of responsibility grids."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping

import shapely

from geocode.areas import METRES_PER_DEGREE
from geocode.features import Shape
from geocode.loading.changes import Change, Keyed, door_key, made_id, table_change
from geocode.loading.rows import Rows
from geocode.rows import PLACE_KINDS

_KIND_WORDS: Mapping[str, str] = {
    "学校": "school",
    "小区": "estate",
    "住宅": "estate",
    "市场": "market",
    "工厂": "factory",
    "企业": "factory",
    "公园": "park",
    "道路": "road",
    "地标": "landmark",
}
_SPLIT = re.compile(r"[|;；,，、]")
_NUMBER = re.compile(r"^(?P<number>\d{1,5})(?:(?:-|之|附|号之|号附)(?P<suffix>\d{1,4}))?号?$")
_ROAD_METRES = 500.0
PLACE_FIELDS = ("id", "kind", "name", "aliases", "code12", "lon", "lat")
DOOR_FIELDS = ("road_id", "road", "section", "number", "suffix", "code12", "lon", "lat")
DIVISION_FIELDS = ("code12", "name", "short_name", "level", "type", "parent_code12", "place", "aliases", "lon", "lat")
GRID_FIELDS = ("cell", "grid", "code")


def places(rows: Rows) -> Change:
    """places.csv; a place without an id gets one from its name and community."""
    keyed = Keyed(rows)
    communities = rows.communities
    for place in rows.kept:
        name = rows.name(place)
        kind = rows.word(place, "kind") or "landmark"
        kind = _KIND_WORDS.get(kind, kind)
        if kind not in PLACE_KINDS:
            rows.doubt(place, f"kind: {kind!r} is none of {' '.join(PLACE_KINDS)}")
        code12 = communities[place]
        identity = rows.word(place, "id") or made_id("P", name, kind, code12)
        row = {"id": identity, "kind": kind, "name": name, "code12": code12, **_position(rows, place)}
        if rows.has("aliases"):
            row["aliases"] = joined(rows.word(place, "aliases"))
        _add(keyed, rows, place, identity, row)
    header = ("id", "kind", "name", "aliases", "code12", "lon", "lat", "source")
    return table_change(keyed, rows, "places.csv", header)


def joined(aliases: str) -> str:
    """Aliases as the pack has them, whatever parted them before."""
    return "|".join(dict.fromkeys(word.strip() for word in _SPLIT.split(aliases) if word.strip()))


def doors(rows: Rows) -> Change:
    """doors.csv; a road is named by its id, or by its name: then the nearest of that name counts."""
    keyed = Keyed(rows)
    communities = rows.communities
    roads = _RoadBook(rows.pack.roads)
    for place in rows.kept:
        number, suffix = _number(rows, place)
        road_id = roads.find(rows, place)
        row = {"road_id": road_id, "section": rows.word(place, "section"), "number": number, "suffix": suffix}
        row |= {**_position(rows, place), "code12": communities[place]}
        _add(keyed, rows, place, door_key(row), row)
    header = ("road_id", "section", "number", "suffix", "lon", "lat", "code12")
    return table_change(keyed, rows, "doors.csv", header)


def _number(rows: Rows, place: int) -> tuple[str, str]:
    words = rows.word(place, "number")
    found = _NUMBER.match(words)
    if found is None or int(found["number"]) == 0:
        rows.doubt(place, f"number: {words!r} is no door number")
        return "", ""
    return str(int(found["number"])), rows.word(place, "suffix") or found["suffix"] or ""


class _RoadBook:
    def __init__(self, roads: list[Shape]) -> None:
        self._ids = {road.text("id") for road in roads}
        self._by_name: dict[str, list[Shape]] = defaultdict(list)
        for road in roads:
            for name in {road.text("name"), *joined(road.text("aliases")).split("|")} - {""}:
                self._by_name[name].append(road)

    def find(self, rows: Rows, place: int) -> str:
        """The id of a row's road; empty for a number of a village; doubted when the pack has no such road there."""
        identity, name = rows.word(place, "road_id"), rows.word(place, "road")
        if identity and identity not in self._ids:
            rows.doubt(place, f"road_id: the pack has no road {identity}")
        if identity or not name:
            return identity
        named = self._by_name.get(name)
        if not named:
            rows.doubt(place, f"road: the pack has no road {name}")
            return ""
        point = shapely.Point(rows.middles[place])
        nearest = min(named, key=lambda road: float(road.geometry.distance(point)))
        metres = nearest.geometry.distance(point) * METRES_PER_DEGREE
        if metres > _ROAD_METRES:
            rows.doubt(place, f"road: {name} is {metres:.0f} m away")
        return nearest.text("id")


def divisions(rows: Rows) -> Change:
    """divisions.csv; a code that ends in 000 is a town's, and says which town a community lies in."""
    keyed = Keyed(rows)
    has_place = rows.source.geometries is not None or rows.has("lon")
    rows.needs_place = False
    if has_place:
        _ = rows.shapes
    for place in rows.kept:
        code12, name = rows.word(place, "code12"), rows.name(place)
        if not re.fullmatch(r"\d{12}", code12) or not code12.startswith(rows.pack.city.code):
            rows.doubt(place, f"code12: {code12!r} is no code of the city {rows.pack.city.code}")
        level = rows.word(place, "level") or ("town" if code12.endswith("000") else "community")
        if level not in ("town", "community"):
            rows.doubt(place, f"level: {level!r} is neither town nor community")
        town = f"{code12[:6]}000000" if level == "town" else f"{code12[:9]}000"
        row = {"code12": code12, "name": name, "level": level, "place": rows.word(place, "place") or "yes"}
        row["parent_code12"] = rows.word(place, "parent_code12") or town
        row |= {field: rows.word(place, field) for field in ("short_name", "type") if rows.has(field)}
        row |= _position(rows, place) if has_place else {}
        if rows.has("aliases"):
            row["aliases"] = joined(rows.word(place, "aliases"))
        _add(keyed, rows, place, code12, row)
    header = ("code12", "name", "short_name", "level", "type", "parent_code12", "place", "lon", "lat", "aliases")
    return table_change(keyed, rows, "divisions.csv", header)


def grid_cells(rows: Rows) -> Change:
    """grids.csv: a cell and its responsibility grid."""
    keyed = Keyed(rows)
    for place in rows.kept:
        cell, grid = rows.word(place, "cell"), rows.name(place, "grid")
        if not cell.isdigit():
            rows.doubt(place, f"cell: {cell!r} is no code of digits")
        _add(keyed, rows, place, cell, {"cell": cell, "grid": grid})
    return table_change(keyed, rows, "grids.csv", ("cell", "grid"))


def _position(rows: Rows, place: int) -> dict[str, str]:
    lon, lat = rows.middles[place].tolist()
    return {} if math.isnan(lon) else {"lon": f"{lon:.7f}", "lat": f"{lat:.7f}"}


def _add(keyed: Keyed, rows: Rows, place: int, key: str, row: dict[str, str]) -> None:
    """Take a row that nothing speaks against."""
    if not rows.is_doubted(place):
        keyed.add(place, key, row)
