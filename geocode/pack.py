"""The geography of a city pack as plain tables. Faults are collected; a faulty row is left out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import orjson
import shapely
from pydantic import ValidationError
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geocode.rows import CellRow, CityRow, DivisionRow, DoorRow, OrdinaryWordRow, PackRow, PlaceRow
from intake.pack import Faults, read_optional_rows, read_rows, read_toml

Taken = TypeVar("Taken")


class Door(NamedTuple):
    """A known door number, degrees; `road_id` is empty for a village's own numbers. `line` is that of doors.csv."""

    line: int
    road_id: str
    section: str
    number: int
    suffix: str
    lon: float
    lat: float
    code12: str


class Cell(NamedTuple):
    """A unit grid cell: code, community, lower left corner in projected metres."""

    line: int
    code: str
    code12: str
    min_x: float
    min_y: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A feature of a GeoJSON file; `line` counts features from 1 because such files are often one line long."""

    line: int
    properties: Mapping[str, object]
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class PackTables:
    """All tables of the pack that say where things are; rows with their line numbers."""

    city: CityRow
    divisions: list[tuple[int, DivisionRow]]
    places: list[tuple[int, PlaceRow]]
    ordinary_words: list[tuple[int, OrdinaryWordRow]]
    doors: list[Door]
    cells: list[Cell]
    roads: list[Shape]
    communities: list[Shape]
    outline: BaseGeometry


def read_pack(folder: Path, faults: Faults) -> PackTables | None:
    """Every table of the folder; None when city.toml or the outline cannot be used."""
    city = read_toml(folder, "city.toml", CityRow, faults)
    counties = read_shapes(folder, "county.geojson", ("Polygon", "MultiPolygon"), (), faults)
    divisions = read_rows(folder, "divisions.csv", DivisionRow, faults)
    places = read_rows(folder, "places.csv", PlaceRow, faults)
    ordinary_words = read_optional_rows(folder, "ordinary_words.csv", OrdinaryWordRow, faults)
    doors = _read_big(folder / "doors.csv", DoorRow, _door, faults)
    cells = _read_big(folder / "cells.csv", CellRow, _cell, faults)
    roads = read_shapes(folder, "roads.geojson", ("LineString", "MultiLineString"), ("id", "name"), faults)
    communities = read_shapes(folder, "communities.geojson", ("Polygon", "MultiPolygon"), ("code12",), faults)
    if city is None or not counties:
        return None
    outline = shapely.union_all([county.geometry for county in counties])
    return PackTables(city, divisions, places, ordinary_words, doors, cells, roads, communities, outline)


def _read_big(
    path: Path, row_type: type[PackRow], take: Callable[[int, list[str]], Taken], faults: Faults
) -> list[Taken]:
    """A table of many rows by plain csv; only rows that fail are shown to the row model, which names the fault."""
    name = path.name
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        faults.add(name, 0, f"cannot be read: {error}")
        return []
    reader = csv.reader(lines)
    header = next(reader, [])
    fields = list(row_type.model_fields)
    missing = [field for field in fields if field not in header]
    if missing:
        faults.add(name, 1, f"columns missing: {', '.join(missing)}")
        return []
    columns = [header.index(field) for field in fields]
    width = len(header)
    taken: list[Taken] = []
    for values in reader:
        if len(values) != width:
            faults.add(name, reader.line_num, f"the row has {len(values)} values, the header {width}")
            continue
        try:
            taken.append(take(reader.line_num, [values[column] for column in columns]))
        except ValueError:
            reasons = _reasons(row_type, dict(zip(header, values, strict=True)))
            for reason in reasons:
                faults.add(name, reader.line_num, reason)
    return taken


def _reasons(row_type: type[PackRow], values: dict[str, str]) -> list[str]:
    try:
        row_type.model_validate(values)
    except ValidationError as error:
        return [f"{'.'.join(str(part) for part in detail['loc'])}: {detail['msg']}" for detail in error.errors()]
    return ["the row cannot be read"]


def _door(line: int, values: list[str]) -> Door:
    road_id, section, number, suffix, lon, lat, code12 = values
    door = Door(line, road_id, section, int(number), suffix, float(lon), float(lat), code12)
    if not (0 < door.number < 100_000 and -180 <= door.lon <= 180 and -90 <= door.lat <= 90):
        raise ValueError
    if len(code12) != 12 or not code12.isdigit():
        raise ValueError
    return door


def _cell(line: int, values: list[str]) -> Cell:
    code, code12, min_x, min_y = values
    if len(code12) != 12 or not code12.isdigit() or not code.isdigit():
        raise ValueError
    cell = Cell(line, code, code12, float(min_x), float(min_y))
    if not abs(cell.min_x) + abs(cell.min_y) < 1e9:
        raise ValueError
    return cell


def read_shapes(
    folder: Path, name: str, kinds: tuple[str, ...], required: tuple[str, ...], faults: Faults
) -> list[Shape]:
    """Valid features of a GeoJSON file whose geometry is one of `kinds` and whose properties hold `required`."""
    try:
        features = orjson.loads((folder / name).read_bytes())["features"]
        pairs = list(enumerate(features, start=1))
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        faults.add(name, 0, f"cannot be read as a FeatureCollection: {error!r}")
        return []
    if not pairs:
        faults.add(name, 0, "holds no feature")
    shapes = [_shape(name, line, feature, kinds, faults) for line, feature in pairs]
    complete: list[Shape] = []
    for found in shapes:
        if found is None:
            continue
        absent = [key for key in required if not isinstance(found.properties.get(key), str)]
        if absent:
            faults.add(name, found.line, f"feature {found.line}: properties missing: {', '.join(absent)}")
        else:
            complete.append(found)
    return complete


def _shape(name: str, line: int, feature: Mapping[str, object], kinds: tuple[str, ...], faults: Faults) -> Shape | None:
    try:
        geometry = shape(feature["geometry"])
        properties = feature.get("properties") or {}
        if not isinstance(properties, dict):
            raise TypeError("properties is no object")
    except (ShapelyError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        faults.add(name, line, f"feature {line}: no usable geometry: {error!r}")
        return None
    if geometry.geom_type not in kinds or geometry.is_empty or not geometry.is_valid:
        faults.add(name, line, f"feature {line}: the geometry is not a valid {' or '.join(kinds)}")
        return None
    return Shape(line, properties, geometry)
