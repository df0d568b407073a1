"""New contents of a pack's files: what a file brings, put together with what stands there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from geocode.loading.rows import Rows
from geocode.loading.store import Feature, Row, features_bytes, read_features, read_table, table_bytes


@dataclass(frozen=True, slots=True)
class Change:
    """Files of the pack with their new content, how many rows were taken, and what else a person should know."""

    files: Mapping[str, bytes]
    taken: int
    notes: tuple[str, ...] = ()


class Keyed:
    """New rows by the key that names each of them; a second one of a key is doubted."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._first: dict[str, int] = {}
        self.rows: dict[str, Row] = {}
        self.features: dict[str, Feature] = {}

    def add(self, place: int, key: str, row: Row) -> None:
        """A row of a table."""
        if self._is_new(place, key):
            self.rows[key] = row

    def draw(self, place: int, key: str, feature: Feature) -> None:
        """A feature of a drawing."""
        if self._is_new(place, key):
            self.features[key] = feature

    def _is_new(self, place: int, key: str) -> bool:
        first = self._first.setdefault(key, place)
        if first != place:
            number = self._rows.source.numbers[first]
            self._rows.doubt(place, f"{key} stands already on row {number} of this file")
        return first == place


def table_change(keyed: Keyed, rows: Rows, name: str, header: Sequence[str]) -> Change:
    """A CSV of the pack, in the order it stands, new rows last."""
    old_header, old = read_table(rows.request.pack / name)
    columns = [*old_header, *(column for column in header if column not in old_header)]
    new = dict(keyed.rows)
    kept = [{**row, **new.pop(_KEYS[name](row), {})} for row in old] if rows.request.merge else []
    return Change({name: table_bytes(columns, [*kept, *new.values()])}, len(keyed.rows))


def drawing_change(keyed: Keyed, rows: Rows, name: str) -> Change:
    """A GeoJSON of the pack, in the order it stands, new features last."""
    new = dict(keyed.features)
    old = read_features(rows.request.pack / name) if rows.request.merge else []
    field = DRAWING_KEYS[name]
    kept = [new.pop(str(properties.get(field)), (properties, shape)) for properties, shape in old]
    return Change({name: features_bytes([*kept, *new.values()])}, len(keyed.features))


def door_key(row: Row) -> str:
    """A number belongs to its road, or to its village where it has none."""
    return " ".join((row["road_id"] or row["code12"], row["section"], row["number"], row["suffix"]))


_KEYS: Mapping[str, Callable[[Row], str]] = {
    "places.csv": lambda row: row["id"],
    "doors.csv": door_key,
    "divisions.csv": lambda row: row["code12"],
    "cells.csv": lambda row: row["cell"],
    "grids.csv": lambda row: row["cell"],
}
DRAWING_KEYS: Mapping[str, str] = {
    "county.geojson": "code6",
    "communities.geojson": "code12",
    "roads.geojson": "id",
    "cells.geojson": "code",
    "grids.geojson": "code",
}


def made_id(letter: str, *words: str) -> str:
    """A name for what has none, the same whenever the same file is loaded again."""
    return letter + hashlib.blake2s(" ".join(words).encode(), digest_size=6).hexdigest()
