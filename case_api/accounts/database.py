"""What the accounts need of a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

Result = TypeVar("Result")


class AccountsDatabase(Protocol):
    """Runs functions of a connection in a thread, each in a transaction of its own."""

    async def read(self, work: Callable[[Connection], Result], /) -> Result:
        """Read. Raises Temporary when the database is away."""
        ...

    async def write(self, work: Callable[[Connection], Result], /) -> Result:
        """Write, all of it or nothing. Raises Temporary likewise."""
        ...
