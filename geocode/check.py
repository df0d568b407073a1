"""What can be wrong between the tables of a pack; each fault with file, line and reason."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from pathlib import Path

from geocode.checks import (
    Ground,
    check_cell_shapes,
    check_grids,
    check_names,
    check_numbers,
    check_positions,
    check_raster,
    check_roads,
    check_squares,
    check_towns,
)
from geocode.pack import PackTables, read_pack
from geocode.projection import Projection, UnknownProjection
from intake.pack import Faults

_CHECKS = (check_squares, check_names, check_numbers, check_roads, check_towns, check_cell_shapes, check_raster)


def check_geography(folder: Path, faults: Faults) -> None:
    """Everything that can be said about the geography of a pack, for `hub city check`."""
    tables = read_pack(folder, faults)
    if tables is None:
        return
    check_references(tables, faults)
    check_positions(tables, faults)
    try:
        ground = Ground(tables, Projection(tables.city.projection))
    except UnknownProjection:
        return
    for check in _CHECKS:
        check(ground, faults)


def check_references(tables: PackTables, faults: Faults) -> None:
    """The quick part, done at every start: codes that are double, unknown or of the wrong form."""
    _check_divisions(tables, faults)
    _check_places(tables, faults)
    _twice("ordinary_words.csv", ((line, row.word) for line, row in tables.ordinary_words), "word", faults)
    _check_doors(tables, faults)
    _check_cells(tables, faults)
    _check_cell_shapes(tables, faults)
    check_grids(tables, faults)
    _check_phases(tables, faults)
    codes = [(shape.line, str(shape.properties["code12"])) for shape in tables.communities]
    _twice("communities.geojson", codes, "code12", faults)
    known = _communities(tables)
    for line, code in codes:
        if code not in known:
            faults.add("communities.geojson", line, f"feature {line}: unknown community {code}")
    drawn = {found for _, found in codes}
    for code, line in _real_communities(tables).items():
        if code not in drawn:
            faults.add("divisions.csv", line, f"community {code} is a place but has no polygon in communities.geojson")
    for key, spelling in (("projection", tables.city.projection), ("local", tables.city.local)):
        try:
            if spelling or key == "projection":
                Projection(spelling)
        except UnknownProjection as error:
            faults.add("city.toml", 0, f"{key}: {error.en}")


def _twice(file: str, keys: Iterable[tuple[int, Hashable]], what: str, faults: Faults) -> None:
    pairs = list(keys)
    if len({key for _, key in pairs}) == len(pairs):
        return
    first: dict[Hashable, int] = {}
    for line, key in pairs:
        if key in first:
            faults.add(file, line, f"{what} {key} stands already on line {first[key]}")
        else:
            first[key] = line


def _communities(tables: PackTables) -> set[str]:
    return {row.code12 for _, row in tables.divisions if row.level == "community"}


def _real_communities(tables: PackTables) -> dict[str, int]:
    return {row.code12: line for line, row in tables.divisions if row.level == "community" and row.place == "yes"}


def _check_divisions(tables: PackTables, faults: Faults) -> None:
    file = "divisions.csv"
    _twice(file, ((line, row.code12) for line, row in tables.divisions), "code12", faults)
    towns = {row.code12 for _, row in tables.divisions if row.level == "town"}
    for line, row in tables.divisions:
        if not row.code12.startswith(tables.city.code):
            faults.add(file, line, f"code12 {row.code12} does not begin with the city's code {tables.city.code}")
        if row.level == "town" and not row.code12.endswith("000"):
            faults.add(file, line, f"the code of a town ends in 000, not {row.code12}")
        if row.level == "community" and row.parent_code12 not in towns:
            faults.add(file, line, f"parent_code12 {row.parent_code12 or '(empty)'} is no town of this table")
        elif row.level == "community" and row.parent_code12[:9] != row.code12[:9]:
            faults.add(file, line, f"parent_code12 {row.parent_code12} is not the town of {row.code12}")
        if (row.lon is None) != (row.lat is None):
            faults.add(file, line, "lon and lat are given together or not at all")


def _check_places(tables: PackTables, faults: Faults) -> None:
    _twice("places.csv", ((line, row.id) for line, row in tables.places), "id", faults)
    known = _communities(tables)
    for line, row in tables.places:
        if row.code12 not in known:
            faults.add("places.csv", line, f"unknown community {row.code12}")
    roads = [(shape.line, str(shape.properties["id"])) for shape in tables.roads]
    _twice("roads.geojson", roads, "id", faults)


def _check_doors(tables: PackTables, faults: Faults) -> None:
    file = "doors.csv"
    known = _communities(tables)
    roads = {str(shape.properties["id"]) for shape in tables.roads}
    keys = ((door.line, (door.road_id or door.code12, door.section, door.number, door.suffix)) for door in tables.doors)
    _twice(file, keys, "door", faults)
    for door in tables.doors:
        if door.road_id and door.road_id not in roads:
            faults.add(file, door.line, f"unknown road {door.road_id}")
        if door.code12 not in known:
            faults.add(file, door.line, f"unknown community {door.code12}")


def _check_cells(tables: PackTables, faults: Faults) -> None:
    file = "cells.csv"
    known, length = _communities(tables), tables.city.numbers.cell_length
    _twice(file, ((cell.line, cell.code) for cell in tables.cells), "cell", faults)
    squares = ((cell.line, (cell.code12, cell.min_x, cell.min_y)) for cell in tables.cells)
    _twice(file, squares, "square", faults)
    for cell in tables.cells:
        if len(cell.code) != length:
            faults.add(file, cell.line, f"cell {cell.code} has {len(cell.code)} digits, not {length}")
        if not cell.code.startswith(cell.code12):
            faults.add(file, cell.line, f"cell {cell.code} does not begin with its community {cell.code12}")
        if cell.code12 not in known:
            faults.add(file, cell.line, f"unknown community {cell.code12}")


def _check_cell_shapes(tables: PackTables, faults: Faults) -> None:
    file = "cells.geojson"
    known, length = _communities(tables), tables.city.numbers.cell_length
    rastered = {cell.code for cell in tables.cells}
    codes = [(shape.line, shape.text("code"), shape.text("code12")) for shape in tables.cell_shapes]
    _twice(file, ((line, code) for line, code, _ in codes), "cell", faults)
    for line, code, code12 in codes:
        if len(code) != length or not code.isdigit():
            faults.add(file, line, f"cell {code} has not {length} digits")
        if not code.startswith(code12):
            faults.add(file, line, f"cell {code} does not begin with its community {code12}")
        if code12 not in known:
            faults.add(file, line, f"unknown community {code12}")
        if code in rastered:
            faults.add(file, line, f"cell {code} stands in cells.csv too")


def _check_phases(tables: PackTables, faults: Faults) -> None:
    file = "city.toml"
    towns = {row.code12[:9] for _, row in tables.divisions if row.level == "town"}
    known = _communities(tables)
    seen: set[int] = set()
    for phase in tables.city.phases if tables.divisions else ():
        if phase.number in seen:
            faults.add(file, 0, f"phases: number {phase.number} stands twice")
        seen.add(phase.number)
        for code in phase.street_codes:
            if code not in towns:
                faults.add(file, 0, f"phases: {code} of phase {phase.number} is no township of divisions.csv")
        for code in phase.community_codes:
            if code not in known:
                faults.add(file, 0, f"phases: {code} of phase {phase.number} is no community of divisions.csv")
