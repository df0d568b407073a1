"""Tables of lines and polygons: county, communities, roads, cells, responsibility grids."""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geocode.drawings import LINES, POLYGONS
from geocode.loading.changes import Change, Keyed, drawing_change, made_id, table_change
from geocode.loading.points import grid_cells, joined
from geocode.loading.rows import Rows
from geocode.loading.store import geometry_bytes, read_table, table_bytes

CODE_FIELDS = ("code", "code12", "name")
ROAD_FIELDS = ("id", "name", "aliases")
CELL_FIELDS = ("code", "cell", "code12", "min_x", "min_y")
# Pieces of a street that files draw block by block lie no farther apart than this (degrees, about 300 m).
_PIECES_DEGREES = 0.003


def communities(rows: Rows) -> Change:
    """communities.geojson, by the codes of divisions.csv."""
    rows.only(POLYGONS)
    keyed = Keyed(rows)
    for place in rows.kept:
        code12 = rows.word(place, "code12") or rows.word(place, "code")
        if not rows.pack.is_community(code12):
            rows.doubt(place, f"code12: {code12 or '(empty)'} is no community of divisions.csv")
            continue
        keyed.draw(place, code12, ({"code12": code12}, geometry_bytes(rows.shapes[place])))
    return drawing_change(keyed, rows, "communities.geojson")


def roads(rows: Rows) -> Change:
    """roads.geojson; pieces without an id that bear one name and lie together are one road."""
    rows.only(LINES)
    keyed = Keyed(rows)
    for place in rows.kept:
        rows.name(place)
    with_id = [place for place in rows.kept if rows.word(place, "id")]
    for place in with_id:
        _draw_road(keyed, rows, (rows.word(place, "id"), [place]))
    pieces: dict[str, list[int]] = defaultdict(list)
    for place in set(rows.kept) - set(with_id):
        pieces[rows.word(place, "name")].append(place)
    for name, members in sorted(pieces.items()):
        for group in _together(sorted(members), rows):
            lon, lat = rows.middles[group[0]].tolist()
            _draw_road(keyed, rows, (made_id("R", name, f"{lon:.4f}", f"{lat:.4f}"), group))
    change = drawing_change(keyed, rows, "roads.geojson")
    taken = len(rows.kept)
    files = dict(change.files) if rows.request.merge else {**change.files, **_places_without_roads(rows, keyed)}
    return Change(files, taken)


def _draw_road(keyed: Keyed, rows: Rows, road: tuple[str, list[int]]) -> None:
    identity, members = road
    aliases = joined("|".join(rows.word(place, "aliases") for place in members))
    properties = {"id": identity, "name": rows.word(members[0], "name"), "aliases": aliases}
    keyed.draw(members[0], identity, (properties, geometry_bytes(_joined_lines([rows.shapes[at] for at in members]))))


def _joined_lines(lines: list[BaseGeometry]) -> BaseGeometry:
    return shapely.line_merge(shapely.union_all(lines)) if len(lines) > 1 else lines[0]


def _together(members: list[int], rows: Rows) -> list[list[int]]:
    """Groups of lines, each within reach of another of its group."""
    lines = rows.shapes[members]
    firsts, seconds = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=_PIECES_DEGREES)
    group = np.arange(len(members))
    while True:
        lowest = group.copy()
        np.minimum.at(lowest, firsts, group[seconds])
        if (lowest == group).all():
            break
        group = lowest
    found: dict[int, list[int]] = defaultdict(list)
    for member, first in zip(members, group.tolist(), strict=True):
        found[first].append(member)
    return list(found.values())


def _places_without_roads(rows: Rows, keyed: Keyed) -> dict[str, bytes]:
    """Rows of places.csv for roads that are drawn no more would stay as roads without a course."""
    header, old = read_table(rows.request.pack / "places.csv")
    kept = [row for row in old if row.get("kind") != "road" or row.get("id") in keyed.features]
    return {"places.csv": table_bytes(header, kept)} if len(kept) < len(old) else {}


def cells(rows: Rows) -> Change:
    """cells.geojson where the file draws cells, else squares of cells.csv."""
    keyed = Keyed(rows)
    is_drawn = rows.source.geometries is not None
    if is_drawn:
        rows.only(POLYGONS)
    length = rows.pack.city.numbers.cell_length
    for place in rows.kept:
        code = rows.word(place, "code") or rows.word(place, "cell")
        code12 = rows.word(place, "code12") or code[:12]
        if not re.fullmatch(rf"\d{{{length}}}", code) or not code.startswith(code12):
            rows.doubt(place, f"code: {code!r} is no code of {length} digits that begins with its community's")
        elif not rows.pack.is_community(code12):
            rows.doubt(place, f"unknown community {code12}")
        elif is_drawn:
            keyed.draw(place, code, ({"code": code, "code12": code12}, geometry_bytes(rows.shapes[place])))
        else:
            corner = {field: rows.word(place, field) for field in ("min_x", "min_y")}
            if any(re.fullmatch(r"-?\d+(\.\d+)?", word) is None for word in corner.values()):
                rows.doubt(place, f"min_x, min_y: {corner['min_x']!r}, {corner['min_y']!r} are no metres")
            else:
                keyed.add(place, code, {"cell": code, "code12": code12, **corner})
    if is_drawn:
        return _without_squares(rows, drawing_change(keyed, rows, "cells.geojson"), set(keyed.features))
    return table_change(keyed, rows, "cells.csv", ("cell", "code12", "min_x", "min_y"))


def _without_squares(rows: Rows, change: Change, drawn: set[str]) -> Change:
    """Communities whose cells are drawn now have no squares any more; grids that name these are told of."""
    communities = {code[:12] for code in drawn}
    header, old = read_table(rows.request.pack / "cells.csv")
    gone = {row["cell"] for row in old if row["code12"] in communities}
    if not gone:
        return change
    kept = [row for row in old if row["cell"] not in gone]
    _, grids_of = read_table(rows.request.pack / "grids.csv")
    lost = sum(1 for row in grids_of if row["cell"] in gone - drawn)
    words = f"grids.csv 有 {lost} 个网格已不存在，请重新装入责任网格 / {lost} cells of it are gone: load the grids anew"
    return Change({**change.files, "cells.csv": table_bytes(header, kept)}, change.taken, (words,) if lost else ())


def grids(rows: Rows) -> Change:
    """grids.geojson where the file draws grids, else cells with their grid in grids.csv."""
    if rows.source.geometries is None:
        return grid_cells(rows)
    rows.only(POLYGONS)
    keyed = Keyed(rows)
    for place in rows.kept:
        code = rows.word(place, "code") or rows.word(place, "grid")
        if not code:
            rows.doubt(place, "code: is empty")
        else:
            keyed.draw(place, code, ({"code": code}, geometry_bytes(rows.shapes[place])))
    return drawing_change(keyed, rows, "grids.geojson")


def county(rows: Rows) -> Change:
    """county.geojson: one outline."""
    rows.only(POLYGONS)
    keyed = Keyed(rows)
    for place in rows.kept:
        city = rows.pack.city
        keyed.draw(place, city.code, ({"code6": city.code, "name": city.name}, geometry_bytes(rows.shapes[place])))
    return drawing_change(keyed, rows, "county.geojson")
