"""`python -m bench [NAME ...]`: each measurement as a table on stderr, as JSON on stdout and in `bench/results`.

NAME may be one part of a measurement (`accuracy.places`): its figures take their place among those recorded.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_RESULTS = Path(__file__).parent / "results"
# Each is a module with `run(tell)`, which gets a function for progress and answers figures.
_MEASUREMENTS = ("intake", "many", "drivers", "bus", "backup", "accuracy", "geocode", "match")


def main() -> None:
    """Run the named measurements, or all of them."""
    wanted = sys.argv[1:] or list(_MEASUREMENTS)
    unknown = sorted({name for name in wanted if name.partition(".")[0] not in _MEASUREMENTS})
    if unknown:
        sys.exit(f"no measurement is called {', '.join(unknown)}; there are {', '.join(_MEASUREMENTS)}")
    _RESULTS.mkdir(exist_ok=True)
    for name in wanted:
        figures = importlib.import_module(f"bench.{name}").run(_tell)
        for what, value in _flat(figures):
            _tell(f"{what:50} {value}")
        whole, _, part = name.partition(".")
        record = _RESULTS / f"{whole}.json"
        if part:
            kept = json.loads(record.read_text())[whole] if record.exists() else {}
            figures = kept | {part: figures}
        written = json.dumps({"machine": _machine(), whole: figures}, ensure_ascii=False, indent=2)
        print(written)
        record.write_text(written + "\n")


def _machine() -> dict[str, str]:
    return {
        "when": datetime.now(UTC).date().isoformat(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.system(),
    }


def _flat(value: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for name, inner in value.items():
        rows += _flat(inner, f"{prefix}{name}.") if isinstance(inner, dict) else [(prefix + name, inner)]
    return rows


def _tell(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


main()
