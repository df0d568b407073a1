"""`python -m bench.accuracy FOLDER`: the made sets as lines of JSON, to look at."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

from bench.accuracy.city_names import CityNames
from bench.accuracy.make import CITY, make_sets


def main() -> None:
    """Write every set to a folder."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, items in make_sets(CityNames(CITY)).items():
        lines = [json.dumps(dataclasses.asdict(item), ensure_ascii=False) for item in items]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{name:20} {len(items)}")


main()
