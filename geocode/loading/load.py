"""A file of another system into a table of the pack: read, reprojected, judged row by row, written whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from geocode.loading import drawn, points
from geocode.loading.changes import Change
from geocode.loading.known import known_pack
from geocode.loading.request import LoadRequest, LoadResult, Tell
from geocode.loading.rows import Rows
from geocode.loading.sources import read_source
from geocode.loading.store import alone_in, replace_files
from intake.errors import FieldFault, Invalid

_SHOWN = 20
_TABLES: Mapping[str, tuple[Callable[[Rows], Change], tuple[str, ...]]] = {
    "county": (drawn.county, drawn.CODE_FIELDS),
    "divisions": (points.divisions, points.DIVISION_FIELDS),
    "communities": (drawn.communities, drawn.CODE_FIELDS),
    "roads": (drawn.roads, drawn.ROAD_FIELDS),
    "places": (points.places, points.PLACE_FIELDS),
    "doors": (points.doors, points.DOOR_FIELDS),
    "cells": (drawn.cells, drawn.CELL_FIELDS),
    "grids": (drawn.grids, points.GRID_FIELDS),
}
TABLES = tuple(_TABLES)


def load_file(request: LoadRequest, tell: Tell) -> LoadResult:
    """Take what is good into the pack and name what is not; `tell` hears of the progress.

    Raises Invalid when the file as a whole cannot be taken, Temporary while another command changes the pack; then
    nothing was written."""
    make, fields = _TABLES[request.table]
    pack = known_pack(request.pack)
    with alone_in(request.pack):
        tell(f"读取 {request.file.name} / reading")
        source = read_source(request)
        if source.note:
            tell(source.note)
        rows = Rows(source, request, pack, fields)
        tell(f"共 {len(rows)} 行，逐行核对 / {len(rows)} rows, looking at each")
        change = make(rows)
        doubts = tuple(sorted(rows.doubts))
        if not change.taken:
            raise Invalid(
                f"{request.file.name} 没有一行可用，数据包未改动",
                f"No row of {request.file.name} can be used: the pack is as it was",
                [FieldFault(f"/{one.line}", one.reason, one.reason) for one in doubts[:_SHOWN]],
            )
        tell(f"写入 {'、'.join(change.files)} / writing")
        replace_files(request.pack, change.files)
        for words in change.notes:
            tell(words)
    notes = (*((source.note,) if source.note else ()), *change.notes)
    return LoadResult(len(rows), change.taken, tuple(change.files), doubts, notes)
