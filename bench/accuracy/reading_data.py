"""The data files beside the sets."""

from __future__ import annotations

import csv
from pathlib import Path

DATA = Path(__file__).parent / "data"


def read_parts(name: str) -> dict[str, tuple[str, ...]]:
    """A file of lines below `[part]` headings; lines that begin with # tell about the file."""
    parts: dict[str, list[str]] = {}
    part = ""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            part = line[1:-1]
        elif line and not line.startswith("#"):
            parts.setdefault(part, []).append(line)
    return {heading: tuple(lines) for heading, lines in parts.items()}


def read_lines(name: str) -> tuple[str, ...]:
    """A file of lines without headings."""
    return read_parts(name)[""]


def read_table(name: str) -> list[dict[str, str]]:
    """A CSV file with a header."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
