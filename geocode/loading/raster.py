"""A raster of 100 m squares for communities whose cells nobody has drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geocode.cells import SIDE_METRES
from geocode.checks.raster import squares_within
from geocode.drawings import CELL_SHAPES, read_optional_shapes
from geocode.loading.known import KnownPack, known_pack
from geocode.loading.request import LoadResult
from geocode.loading.store import alone_in, read_table, replace_files, table_bytes
from geocode.projection import in_metres
from intake.errors import Invalid
from intake.pack import Fault, Faults

FILE = "cells.csv"
HEADER = ("cell", "code12", "min_x", "min_y")


def make_raster(folder: Path, wanted: Sequence[str] = (), *, replace: bool = False) -> LoadResult:
    """Squares for the communities of `wanted`, or for all, into cells.csv: those whose middle lies in the community,
    numbered north to south, then west to east; at least one each.

    Communities that have squares keep them unless `replace` is said; those with drawn cells are passed over. Raises
    Invalid when nothing is left to do."""
    pack = known_pack(folder)
    with alone_in(folder):
        _, old = read_table(folder / FILE)
        polygons = _polygons(pack, wanted)
        if not replace:
            having = {row["code12"] for row in old}
            polygons = {code12: polygon for code12, polygon in polygons.items() if code12 not in having}
        if not polygons:
            raise Invalid("没有缺少网格的社区，数据包未改动", "No community lacks cells: the pack is as it was")
        kept = [row for row in old if row["code12"] not in polygons]
        offset = np.array([[float(row["min_x"]), float(row["min_y"])] for row in kept[:1]] or [[0.0, 0.0]])[0]
        rows: list[dict[str, str]] = []
        doubts: list[Fault] = []
        for code12, polygon in sorted(polygons.items()):
            corners = _corners(polygon, offset % SIDE_METRES)
            digits = pack.city.numbers.cell_length - len(code12)
            if len(corners) >= 10**digits:
                doubts.append(
                    Fault("communities.geojson", 0, f"{code12} needs {len(corners)} cells: too many to number")
                )
                continue
            rows += [
                {"cell": f"{code12}{place:0{digits}}", "code12": code12, "min_x": f"{x:.0f}", "min_y": f"{y:.0f}"}
                for place, (x, y) in enumerate(corners, start=1)
            ]
        replace_files(folder, {FILE: table_bytes(HEADER, [*kept, *rows])})
    return LoadResult(len(polygons), len(rows), (FILE,), tuple(doubts))


def _polygons(pack: KnownPack, wanted: Sequence[str]) -> dict[str, BaseGeometry]:
    """In metres, by code. Raises Invalid for a community without a polygon."""
    drawn = {cell.text("code12") for cell in read_optional_shapes(pack.folder, CELL_SHAPES, Faults())}
    shapes = {one.text("code12"): one.geometry for one in pack.communities if one.text("code12") not in drawn}
    unknown = [code for code in wanted if code not in shapes]
    if unknown:
        told = " ".join(unknown)
        raise Invalid(f"这些社区没有边界或已有图形网格：{told}", f"Without a polygon, or with drawn cells: {told}")
    return {code: in_metres(shapes[code], pack.projection) for code in wanted or shapes}


def _corners(polygon: BaseGeometry, offset: NDArray[np.float64]) -> list[tuple[float, float]]:
    corners = [(float(x), float(y)) for x, y in squares_within(polygon, offset, 0.0)]
    if not corners:
        inner = polygon.representative_point()
        column, row = np.floor((np.array([inner.x, inner.y]) - offset) / SIDE_METRES)
        corners = [(float(column * SIDE_METRES + offset[0]), float(row * SIDE_METRES + offset[1]))]
    return sorted(corners, key=lambda corner: (-corner[1], corner[0]))
