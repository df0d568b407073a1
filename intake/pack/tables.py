"""CSV rows and TOML tables as validated pydantic models."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from intake.pack.faults import Fault, Faults

Row = TypeVar("Row", bound=BaseModel)


def read_rows(folder: Path, name: str, row_type: type[Row], faults: Faults) -> list[tuple[int, Row]]:
    """Rows of a UTF-8 CSV with their line numbers. A bad row is a fault and left out; a missing file is one fault."""
    try:
        text = (folder / name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        faults.add(name, 0, f"cannot be read: {error}")
        return []
    reader = csv.reader(text.splitlines())
    header = next(reader, [])
    required = [field for field, info in row_type.model_fields.items() if info.is_required()]
    missing = [field for field in required if field not in header]
    if missing:
        faults.add(name, 1, f"columns missing: {', '.join(missing)}")
        return []
    rows: list[tuple[int, Row]] = []
    for values in reader:
        line = reader.line_num
        if len(values) == len(header):
            row = _row(Fault(name, line, ""), dict(zip(header, values, strict=True)), row_type, faults)
            if row is not None:
                rows.append((line, row))
        elif values:
            faults.add(name, line, "the row has more or fewer values than the header")
    return rows


def read_optional_rows(folder: Path, name: str, row_type: type[Row], faults: Faults) -> list[tuple[int, Row]]:
    """The same of a file that a pack may leave out."""
    return read_rows(folder, name, row_type, faults) if (folder / name).exists() else []


def _row(where: Fault, values: Mapping[str, str], row_type: type[Row], faults: Faults) -> Row | None:
    try:
        return row_type.model_validate(values)
    except ValidationError as error:
        for detail in error.errors():
            column = ".".join(str(part) for part in detail["loc"]) or "row"
            faults.add(where.file, where.line, f"{column}: {detail['msg']}")
        return None


def read_toml(folder: Path, name: str, table_type: type[Row], faults: Faults) -> Row | None:
    """A TOML file as one model; None when it cannot be read or is not valid, with the faults noted."""
    try:
        data = tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.add(name, 0, f"cannot be read: {error}")
        return None
    try:
        return table_type.model_validate(data)
    except ValidationError as error:
        for detail in error.errors():
            faults.add(name, 0, f"{'.'.join(str(part) for part in detail['loc'])}: {detail['msg']}")
        return None
