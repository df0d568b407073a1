"""Every implementation of a port, for its contract suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.stores import Stores, memory, sql, sqlite

DATABASES = ("sqlite", "postgres")


@pytest.fixture(params=["memory", *DATABASES])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Report store and case store on empty data."""
    match request.param:
        case "memory":
            opened = memory()
        case "sqlite":
            opened = sqlite(tmp_path)
        case _:
            opened = sql(request.getfixturevalue("postgres_url"))
    yield opened
    opened.close()
