"""Servers that a whole run shares, and a fresh piece of them for each test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from case_api.store.database import Database
from case_api.store.migrate import migrate
from tests.services.postgres import UNSAFE, PostgresServer, find_postgres, postgres_server

_TEMPLATE = "hub_template"
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server with a database at the newest schema, to be copied."""
    if find_postgres() is None:
        pytest.skip("NOTHING WAS TESTED ON POSTGRESQL: it is not installed; `make test` installs it")
    with postgres_server(UNSAFE) as server:
        database = Database.connect(server.create(_TEMPLATE))
        try:
            migrate(database)
        finally:
            database.close()
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """An empty database at the newest schema, gone after the test."""
    name = f"hub_{next(_NUMBERS)}"
    yield postgres.create(name, _TEMPLATE)
    postgres.drop(name)
