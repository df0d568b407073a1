"""The rows of a file under the names of the pack's fields. A doubtful row is noted with its reason and left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from geocode.datum import Degrees
from geocode.loading.crs import DEGREE_DIGITS, in_degrees, way_to_degrees
from geocode.loading.known import KnownPack
from geocode.loading.request import LoadRequest
from geocode.loading.sources import Geometries, Source
from intake.errors import Invalid
from intake.pack import Fault

SURROUND_DEGREES = 0.002
_LONGEST_NAME = 80
_ODD = re.compile(r"[\x00-\x1f\x7f\ufffd]|锟斤拷|烫烫烫")
_COUNT_TO_JUDGE = 10
# Headings that files of Chinese offices and of map makers commonly have.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "名称", "地名", "道路名称", "道路名", "标准名称", "mc"),
    "kind": ("kind", "类型", "类别"),
    "aliases": ("aliases", "alias", "别名", "曾用名"),
    "id": ("id", "编号", "标识码"),
    "code": ("code", "编码", "网格编码", "单元网格编码", "bgcode"),
    "code12": ("code12", "社区编码", "区划代码", "行政区划代码"),
    "lon": ("lon", "lng", "longitude", "经度", "x", "x坐标", "east"),
    "lat": ("lat", "latitude", "纬度", "y", "y坐标", "north"),
    "road_id": ("road_id", "道路编号"),
    "road": ("road", "road_name", "道路", "街路巷", "所在道路"),
    "section": ("section", "片区"),
    "number": ("number", "门牌", "门牌号", "门牌号码", "housenumber"),
    "suffix": ("suffix", "附号"),
    "cell": ("cell", "单元网格", "单元网格编码"),
    "grid": ("grid", "责任网格", "责任网格编码"),
    "min_x": ("min_x",),
    "min_y": ("min_y",),
    "level": ("level", "级别"),
    "short_name": ("short_name", "简称"),
    "type": ("type",),
    "parent_code12": ("parent_code12", "上级代码"),
    "place": ("place",),
}


class Rows:
    """What a table takes its rows from; rows are named by their place in the file."""

    def __init__(self, source: Source, request: LoadRequest, pack: KnownPack, fields: Sequence[str]) -> None:
        """`fields` are those the table may take; a table whose rows may be without a place says so in `needs_place`
        before it asks for places. Raises Invalid for columns and values that are not there."""
        self.pack = pack
        self.source = source
        self.request = request
        self.doubts: list[Fault] = []
        self.needs_place = True
        self._dropped: set[int] = set()
        self._columns = _columns(source, request, fields)
        for place in source.broken:
            self.doubt(place, "the row has more or fewer values than the header")

    def __len__(self) -> int:
        return len(self.source.numbers)

    def has(self, field: str) -> bool:
        """Whether the file, or a value for all rows, gives the field."""
        return field in self._columns or field in self.request.values

    def word(self, place: int, field: str) -> str:
        """A field of a row without blanks around it; empty when there is none."""
        column = self._columns.get(field)
        return column[place].strip() if column is not None else self.request.values.get(field, "")

    def doubt(self, place: int, reason: str) -> None:
        """Leave a row out. The first reason counts."""
        if place not in self._dropped:
            self._dropped.add(place)
            self.doubts.append(Fault(self.source.name, self.source.numbers[place], reason))

    def is_doubted(self, place: int) -> bool:
        """Whether a row is left out."""
        return place in self._dropped

    @property
    def kept(self) -> list[int]:
        """Rows that nothing speaks against so far."""
        return [place for place in range(len(self)) if place not in self._dropped]

    def name(self, place: int, field: str = "name") -> str:
        """A name, doubted when it is empty, very long, or was read in a wrong encoding."""
        name = self.word(place, field)
        if not name or len(name) > _LONGEST_NAME:
            self.doubt(place, f"{field}: {'is empty' if not name else 'is longer than 80 characters'}")
        elif _ODD.search(name):
            self.doubt(place, f"{field}: {name!r} was read in a wrong encoding")
        return name

    @cached_property
    def shapes(self) -> Geometries:
        """Geometry of each row in degrees CGCS2000, None where it has none; one that lies outside the county or is not
        valid is doubted. Raises Invalid when nothing says what the coordinates are, or most lie outside."""
        given = self.source.geometries if self.source.geometries is not None else self._points()
        crs = self.request.crs or self.source.crs
        if not crs:
            raise Invalid(
                f"{self.source.name} 没有说明坐标系，请用 --crs 指明（EPSG 代码、gcj02、bd09、local）",
                f"{self.source.name} does not say its coordinate system: state --crs (EPSG code, gcj02, bd09, local)",
            )
        shapes = in_degrees(given, way_to_degrees(crs, self.pack.local))
        self._doubt_shapes(shapes)
        return shapes

    @cached_property
    def middles(self) -> Degrees:
        """A point of each row, shape (n, 2): inside a polygon, in the middle of a line; NaN where there is none."""
        points = shapely.point_on_surface(self.shapes)
        lines = np.isin(shapely.get_type_id(self.shapes), (1, 5))
        points[lines] = shapely.line_interpolate_point(
            shapely.get_geometry(self.shapes[lines], 0), 0.5, normalized=True
        )
        return np.round(np.column_stack((shapely.get_x(points), shapely.get_y(points))), DEGREE_DIGITS)

    @cached_property
    def communities(self) -> list[str]:
        """The community of each row: as it says, else the one that holds its middle; doubted when there is none."""
        codes = [self.word(place, "code12") for place in range(len(self))]
        bare = [place for place in self.kept if not codes[place]]
        for place, code in zip(bare, self.pack.areas.codes_at(self.middles[bare]), strict=True):
            codes[place] = code
        for place in self.kept:
            if not self.pack.is_community(codes[place]):
                words = f"unknown community {codes[place]}" if codes[place] else "lies in no community of the pack"
                self.doubt(place, words)
        return codes

    def only(self, kinds: Sequence[str]) -> None:
        """Doubt geometries that are none of these."""
        for place in self.kept:
            found = self.shapes[place].geom_type
            if found not in kinds:
                self.doubt(place, f"the geometry is a {found}, not a {' or '.join(kinds)}")

    def _points(self) -> Geometries:
        if not (self.has("lon") and self.has("lat")):
            raise Invalid(
                f"{self.source.name} 没有图形，也没有经纬度列，请用 --column lon=… --column lat=… 指明",
                f"{self.source.name} has no geometry and no columns of longitude and latitude: state --column lon=...",
            )
        numbers = [(_number(self.word(at, "lon")), _number(self.word(at, "lat"))) for at in range(len(self))]
        points = np.array(numbers, dtype=float).reshape(-1, 2)
        found = np.full(len(points), None, dtype=object)
        whole = np.isfinite(points).all(axis=1)
        found[whole] = shapely.points(points[whole])
        return found

    def _doubt_shapes(self, shapes: Geometries) -> None:
        missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
        near = self.pack.outline.buffer(SURROUND_DEGREES)
        shapely.prepare(near)
        outside = ~missing & ~shapely.covers(near, shapes) if not near.is_empty else np.zeros(len(shapes), dtype=bool)
        self._refuse_elsewhere(outside, shapes)
        for place in np.flatnonzero(missing).tolist() if self.needs_place else ():
            self.doubt(place, "has no usable geometry or coordinates")
        for place in np.flatnonzero(outside).tolist():
            self.doubt(place, f"lies outside the county outline, at {_where(shapes[place])}")
        for place in np.flatnonzero(~missing & ~shapely.is_valid(shapes)).tolist():
            self.doubt(place, f"the geometry is not valid: {shapely.is_valid_reason(shapes[place])}")

    def _refuse_elsewhere(self, outside: NDArray[np.bool_], shapes: Geometries) -> None:
        """A file that lies elsewhere as a whole was given with the wrong system: nothing of it is taken."""
        count = int(outside.sum())
        if len(outside) < _COUNT_TO_JUDGE or count * 2 <= len(outside):
            return
        where = _where(shapes[int(np.flatnonzero(outside)[0])])
        raise Invalid(
            f"{len(outside)} 行中有 {count} 行在县界之外（如 {where}），坐标系可能不对，请核对 --crs 和经纬度的顺序",
            f"{count} of {len(outside)} rows lie outside the county (such as {where}): check --crs and the order of"
            " longitude and latitude",
        )


def _columns(source: Source, request: LoadRequest, fields: Sequence[str]) -> dict[str, list[str]]:
    for field in (*request.columns, *request.values):
        if field not in fields:
            known = " ".join(fields)
            raise Invalid(f"没有“{field}”这个字段，可用：{known}", f"There is no field {field!r}: use one of {known}")
    by_heading = {heading.lower(): heading for heading in reversed(list(source.columns))}
    found: dict[str, list[str]] = {}
    for field in fields:
        heading = request.columns.get(field)
        if heading is not None and heading not in source.columns:
            told = " ".join(source.columns)
            raise Invalid(
                f"{source.name} 没有“{heading}”列：{told}", f"{source.name} has no column {heading!r}: {told}"
            )
        if heading is None and field not in request.values:
            heading = next((by_heading[word] for word in _HEADINGS[field] if word in by_heading), None)
        if heading is not None:
            found[field] = source.columns[heading]
    return found


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")


def _where(shape: shapely.Geometry) -> str:
    point = shape.representative_point()
    return f"{point.x:.6f}, {point.y:.6f}"
