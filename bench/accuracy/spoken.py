"""Twenty sentences spoken over a telephone line and heard by a recogniser, where they lie beside the checkout."""

from __future__ import annotations

import csv
from pathlib import Path

from bench.accuracy.city_names import CityNames
from bench.accuracy.item import Item, Wanted

_FILE = Path(__file__).parents[3] / "shared" / "speech" / "spoken" / "spoken.csv"


def spoken_sets(names: CityNames) -> dict[str, list[Item]]:
    """As said and as heard; nothing where the file is not there."""
    if not _FILE.exists():
        return {}
    spots = {named.code12: named.spot for named in names.communities}
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        f"spoken_{column}": [
            Item(row[column], (spots[row["code12"]],), Wanted.FIRST_OR_ASKED, typed=column == "said", note=row["said"])
            for row in rows
        ]
        for column in ("said", "heard")
    }
