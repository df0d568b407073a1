"""What the files of a pack hold, row by row and feature by feature, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from shapely.geometry.base import BaseGeometry


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


class NamedPoint(NamedTuple):
    """A row of places.csv, degrees; `aliases` are separated by `|`."""

    id: str
    kind: str
    name: str
    aliases: str
    code12: str
    lon: float
    lat: float


class Cell(NamedTuple):
    """A unit grid cell of the raster: code, community, lower left corner in projected metres."""

    line: int
    code: str
    code12: str
    min_x: float
    min_y: float


class CellOfGrid(NamedTuple):
    """A unit grid cell and the responsibility grid it belongs to. `line` is that of grids.csv."""

    line: int
    cell: str
    grid: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A feature of a GeoJSON file; `line` counts features from 1 because such files are often one line long."""

    line: int
    properties: Mapping[str, object]
    geometry: BaseGeometry

    def text(self, key: str) -> str:
        """A property as words; empty when it is absent or null."""
        value = self.properties.get(key)
        return "" if value is None else str(value)
