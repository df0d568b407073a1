"""How Chinese characters are read: the table that every comparison by sound begins with."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def character_readings() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each character of the basic plane with its readings as `zhuang1`, `lü2`, the usual one first, three at most.

    Source: the tables of pypinyin (MIT licence), written down by `scripts/make_readings.py`."""
    table = files("intake").joinpath("data", "readings.txt").read_text(encoding="utf-8")
    for line in table.splitlines():
        character, *readings = line.split(" ")
        yield character, tuple(readings)
