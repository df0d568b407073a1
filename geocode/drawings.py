"""GeoJSON files of a pack: valid features of the wanted kinds, every other one a fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import shapely

from geocode.features import Shape
from intake.pack import Faults

POLYGONS = ("Polygon", "MultiPolygon")
LINES = ("LineString", "MultiLineString")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A file, the geometries it may hold, and the properties (words) that each feature must have."""

    name: str
    kinds: tuple[str, ...]
    required: tuple[str, ...] = ()


COUNTY = Drawing("county.geojson", POLYGONS)
ROADS = Drawing("roads.geojson", LINES, ("id", "name"))
COMMUNITIES = Drawing("communities.geojson", POLYGONS, ("code12",))
CELL_SHAPES = Drawing("cells.geojson", POLYGONS, ("code", "code12"))
GRID_SHAPES = Drawing("grids.geojson", POLYGONS, ("code",))


def read_shapes(folder: Path, drawing: Drawing, faults: Faults) -> list[Shape]:
    """The good features of a file; a missing or empty file is one fault."""
    name = drawing.name
    try:
        features = list(orjson.loads((folder / name).read_bytes())["features"])
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        faults.add(name, 0, f"cannot be read as a FeatureCollection: {error!r}")
        return []
    if not features:
        faults.add(name, 0, "holds no feature")
        return []
    geometries = shapely.from_geojson([orjson.dumps(_part(one, "geometry")) for one in features], on_invalid="ignore")
    usable = shapely.is_valid(geometries) & ~shapely.is_empty(geometries)
    shapes: list[Shape] = []
    for line, (feature, geometry, is_usable) in enumerate(zip(features, geometries, usable, strict=True), start=1):
        properties = _part(feature, "properties") or {}
        if geometry is None or not isinstance(properties, dict):
            faults.add(name, line, f"feature {line}: no usable geometry")
        elif geometry.geom_type not in drawing.kinds or not is_usable:
            faults.add(name, line, f"feature {line}: the geometry is not a valid {' or '.join(drawing.kinds)}")
        elif absent := _absent(properties, drawing.required):
            faults.add(name, line, f"feature {line}: properties missing: {', '.join(absent)}")
        else:
            shapes.append(Shape(line, properties, geometry))
    return shapes


def read_optional_shapes(folder: Path, drawing: Drawing, faults: Faults) -> list[Shape]:
    """The same of a file that a pack may leave out."""
    return read_shapes(folder, drawing, faults) if (folder / drawing.name).exists() else []


def _part(feature: object, key: str) -> object:
    return feature.get(key) if isinstance(feature, dict) else None


def _absent(properties: Mapping[str, object], required: Sequence[str]) -> list[str]:
    return [key for key in required if not isinstance(properties.get(key), str)]
