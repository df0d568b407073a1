"""`python -m bench`: every measurement as a table on stderr, as JSON on stdout and in `bench/results`."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import intake

_RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Run everything."""
    results: dict[str, Any] = {"machine": _machine(), "intake": intake.run(_tell)}
    for name, value in _flat(results["intake"]):
        _tell(f"{name:50} {value}")
    print(json.dumps(results, ensure_ascii=False, indent=2))
    _RESULTS.mkdir(exist_ok=True)
    (_RESULTS / "intake.json").write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n")


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
