"""Files of other systems as columns of words and geometries: CSV by itself, everything else by GDAL."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from geocode.loading.request import LoadRequest
from intake.errors import Invalid

Geometries = NDArray[np.object_]
GDAL_SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".zip")
CSV_SUFFIXES = (".csv", ".txt")
_WKT_COLUMNS = ("wkt", "geometry", "geom")


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read. `numbers` are those its rows are told by: lines of a CSV, else features from 1;
    `geometries` is None where the file draws nothing; `crs` is what it says of itself, or empty; `broken` are rows, by
    their place, that have more or fewer values than the header."""

    name: str
    columns: dict[str, list[str]]
    geometries: Geometries | None
    numbers: Sequence[int]
    crs: str = ""
    note: str = ""
    broken: frozenset[int] = frozenset()


def read_source(request: LoadRequest) -> Source:
    """The whole file. Raises Invalid when it cannot be read, with what to do about it."""
    suffix = request.file.suffix.lower()
    if suffix in CSV_SUFFIXES:
        return _read_csv(request)
    if suffix in GDAL_SUFFIXES:
        return _read_gdal(request)
    known = " ".join((*CSV_SUFFIXES, *GDAL_SUFFIXES))
    raise Invalid(f"不认识这种文件：{request.file.name}，可用 {known}", f"{request.file.name}: use one of {known}")


def _read_csv(request: LoadRequest) -> Source:
    text, note = _decoded(_bytes(request.file), request.encoding, request.file.name)
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(reader, [])]
    if not header or len(set(header)) != len(header):
        raise Invalid(
            f"{request.file.name} 的表头为空或有重名列", f"{request.file.name}: the header is empty or double"
        )
    numbered = [(reader.line_num, row) for row in reader if row]
    broken = frozenset(place for place, (_, row) in enumerate(numbered) if len(row) != len(header))
    rows = [row if len(row) == len(header) else [""] * len(header) for _, row in numbered]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(header)}
    wkt = next((name for name in header if name.lower() in _WKT_COLUMNS), None)
    geometries = _from_wkt(columns.pop(wkt)) if wkt else None
    return Source(request.file.name, columns, geometries, [line for line, _ in numbered], note=note, broken=broken)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(f"{file.name} 无法读取：{error.strerror}", f"{file.name} cannot be read: {error}") from error


def _decoded(content: bytes, encoding: str, name: str) -> tuple[str, str]:
    """Words, and what was guessed about them. Files of Chinese offices are GB 18030 where they are not UTF-8."""
    for guess in (encoding,) if encoding else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(guess)
        except UnicodeDecodeError:
            continue
        except LookupError as error:
            raise Invalid(f"不认识编码“{guess}”", f"Unknown encoding {guess!r}") from error
        is_guessed = not encoding and guess != "utf-8-sig"
        return text, f"{name} 不是 UTF-8，按 {guess} 读取 / read as {guess}" if is_guessed else ""
    told = encoding or "UTF-8, GB 18030"
    raise Invalid(f"{name} 不是 {told} 编码，请用 --encoding 指明", f"{name} is not {told}: state its --encoding")


def _from_wkt(words: Sequence[str]) -> Geometries:
    return np.asarray(shapely.from_wkt(np.asarray(words, dtype=object), on_invalid="ignore"), dtype=object)


def _read_gdal(request: LoadRequest) -> Source:
    file, name = request.file, request.file.name
    _bytes(file)
    # A shapefile that does not say its encoding is read byte by byte, and its bytes looked at afterwards.
    is_silent = file.suffix.lower() == ".shp" and not file.with_suffix(".cpg").exists() and not request.encoding
    try:
        layer = request.layer or _only_layer(file)
        meta, _, wkb, fields = pyogrio.raw.read(
            file,
            layer=layer,
            encoding="ISO-8859-1" if is_silent else request.encoding or None,
            force_2d=True,
            datetime_as_string=True,
        )
    except (DataSourceError, DataLayerError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise Invalid(f"{name} 无法读取：{error}", f"{name} cannot be read: {error}") from error
    columns = {str(key): _words(values) for key, values in zip(meta["fields"], fields, strict=True)}
    note = ""
    if is_silent:
        columns, note = _redecoded(columns, name)
    count = len(wkb) if wkb is not None else max((len(values) for values in fields), default=0)
    geometries = None if wkb is None else np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    if geometries is not None and shapely.is_missing(geometries).all():
        geometries = None
    return Source(name, columns, geometries, range(1, count + 1), str(meta["crs"] or ""), note)


def _only_layer(file: Path) -> str:
    layers = [str(name) for name, _ in pyogrio.list_layers(file)]
    if len(layers) == 1:
        return layers[0]
    told = "、".join(layers) or "无"
    raise Invalid(f"{file.name} 有多个图层，请用 --layer 指明：{told}", f"{file.name}: state --layer, one of {layers}")


def _words(values: Any) -> list[str]:
    """A column as words: no value is no word, 171.0 is 171."""
    if getattr(values, "dtype", None) is not None and values.dtype.kind == "f":
        return ["" if math.isnan(value) else f"{value:.12g}" for value in values.tolist()]
    return ["" if value is None else str(value) for value in values.tolist()]


def _redecoded(columns: dict[str, list[str]], name: str) -> tuple[dict[str, list[str]], str]:
    words = "\n".join(["\x1f".join(columns), *("\n".join(values) for values in columns.values())])
    _, note = _decoded(words.encode("iso-8859-1", "replace"), "", name)
    guess = "gb18030" if note else "utf-8"

    def again(word: str) -> str:
        return word.encode("iso-8859-1", "replace").decode(guess, "replace")

    return {again(key): [again(value) for value in values] for key, values in columns.items()}, note
