"""Every implementation of a port, for its contract suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.stores import Stores, memory, sqlite


@pytest.fixture(params=["memory", "sqlite"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Report store and case store on empty data."""
    opened = memory() if request.param == "memory" else sqlite(tmp_path)
    yield opened
    opened.close()
