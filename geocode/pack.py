"""The geography of a city pack as plain tables. Faults are collected; a faulty row is left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geocode.bulk_rows import CELLS, DOORS, GRIDS, PLACES, read_bulk
from geocode.drawings import CELL_SHAPES, COMMUNITIES, COUNTY, GRID_SHAPES, ROADS, read_optional_shapes, read_shapes
from geocode.features import Cell, CellOfGrid, Door, NamedPoint, Shape
from geocode.rows import CityRow, DivisionRow, OrdinaryWordRow
from intake.pack import Faults, read_optional_rows, read_rows, read_toml

__all__ = ["Cell", "CellOfGrid", "Door", "PackTables", "Shape", "read_pack"]


@dataclass(frozen=True, slots=True)
class PackTables:
    """All tables of the pack that say where things are; rows with their line numbers."""

    city: CityRow
    divisions: list[tuple[int, DivisionRow]]
    places: list[tuple[int, NamedPoint]]
    ordinary_words: list[tuple[int, OrdinaryWordRow]]
    doors: list[Door]
    cells: list[Cell]
    roads: list[Shape]
    communities: list[Shape]
    outline: BaseGeometry
    cell_shapes: list[Shape] = field(default_factory=list)
    grids: list[CellOfGrid] = field(default_factory=list)
    grid_shapes: list[Shape] = field(default_factory=list)


def read_pack(folder: Path, faults: Faults) -> PackTables | None:
    """Every table of the folder; None when city.toml or the outline cannot be used."""
    city = read_toml(folder, "city.toml", CityRow, faults)
    counties = read_shapes(folder, COUNTY, faults)
    divisions = read_rows(folder, "divisions.csv", DivisionRow, faults)
    places = read_bulk(folder, PLACES, faults)
    ordinary_words = read_optional_rows(folder, "ordinary_words.csv", OrdinaryWordRow, faults)
    doors = read_bulk(folder, DOORS, faults)
    cell_shapes = read_optional_shapes(folder, CELL_SHAPES, faults)
    # A city that drew its cells needs no raster, but may have one where it drew none.
    has_raster = (folder / CELLS.name).exists() or not (folder / CELL_SHAPES.name).exists()
    cells = read_bulk(folder, CELLS, faults) if has_raster else []
    roads = read_shapes(folder, ROADS, faults)
    communities = read_shapes(folder, COMMUNITIES, faults)
    grids = read_bulk(folder, GRIDS, faults) if (folder / GRIDS.name).exists() else []
    grid_shapes = read_optional_shapes(folder, GRID_SHAPES, faults)
    if city is None or not counties:
        return None
    return PackTables(
        city=city,
        divisions=divisions,
        places=places,
        ordinary_words=ordinary_words,
        doors=doors,
        cells=cells,
        roads=roads,
        communities=communities,
        outline=shapely.union_all([county.geometry for county in counties]),
        cell_shapes=cell_shapes,
        grids=grids,
        grid_shapes=grid_shapes,
    )
