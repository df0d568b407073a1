"""`python -m bench accuracy`: places, categories and duplicates, one after the other."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

# Each is a module beside this one with `run(tell)`.
SUBJECTS = ("places", "categories", "duplicates")


def run(tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure every subject that is there; `tell` gets progress and the tables."""
    there = [name for name in SUBJECTS if importlib.util.find_spec(f"bench.accuracy.{name}")]
    return {name: importlib.import_module(f"bench.accuracy.{name}").run(tell) for name in there}
