"""The files of a pack, written whole: a reader sees the old file or the new one, never half of one."""

from __future__ import annotations

import csv
import fcntl
import io
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import shapely

from intake.errors import Temporary

Row = Mapping[str, str]


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Only one command at a time changes a pack. Raises Temporary when another does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Temporary(
                f"{folder} 正由另一条命令更改，请稍候再试", f"Another command is changing {folder}: try again later"
            ) from error
        yield
    finally:
        os.close(handle)


def replace_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files of the folder; each that stood there before stays beside it as `.bak`.

    All new files are on the disk before the first old one goes."""
    fresh = {folder / name: folder / f".{name}.new" for name in contents}
    try:
        for path, temporary in fresh.items():
            with temporary.open("wb") as file:
                file.write(contents[path.name])
                file.flush()
                os.fsync(file.fileno())
        for path, temporary in fresh.items():
            if path.exists():
                _keep(path)
            temporary.replace(path)
    finally:
        for temporary in fresh.values():
            temporary.unlink(missing_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _keep(path: Path) -> None:
    """The old file under its second name, while it still stands under its first."""
    backup = path.with_name(f"{path.name}.bak")
    backup.unlink(missing_ok=True)
    try:
        os.link(path, backup)
    except OSError:
        shutil.copy2(path, backup)


def read_table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of a CSV of the pack as they stand; nothing where there is no file."""
    if not path.exists():
        return [], []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or ()), [
            {key: value or "" for key, value in row.items() if key is not None} for row in reader
        ]


def table_bytes(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A CSV of the pack."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return text.getvalue().encode()


Feature = tuple[Mapping[str, Any], bytes]


def read_features(path: Path) -> list[Feature]:
    """Properties and geometry (as JSON) of each feature as they stand; nothing where there is no file."""
    if not path.exists():
        return []
    features = orjson.loads(path.read_bytes())["features"]
    return [(one.get("properties") or {}, orjson.dumps(one["geometry"])) for one in features]


def geometry_bytes(geometry: shapely.Geometry) -> bytes:
    """A geometry as GeoJSON."""
    return str(shapely.to_geojson(geometry)).encode()


def features_bytes(features: Iterable[Feature]) -> bytes:
    """A GeoJSON file of the pack, one feature a line, so that changes can be read."""
    lines = [
        b'{"type":"Feature","properties":' + orjson.dumps(dict(properties)) + b',"geometry":' + geometry + b"}"
        for properties, geometry in features
    ]
    return b'{"type":"FeatureCollection","features":[\n' + b",\n".join(lines) + b"\n]}\n"
