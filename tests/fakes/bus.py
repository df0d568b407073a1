"""A bus that only remembers what was announced."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from intake.ports import Delivery


class FakeBus:
    """Implements `intake.ports.Bus`; nobody is ever woken."""

    def __init__(self) -> None:
        self.published: list[tuple[str, dict[str, str]]] = []

    async def publish(self, topic: str, message: Mapping[str, str]) -> None:
        """Remember."""
        self.published.append((topic, dict(message)))

    @asynccontextmanager
    async def subscribe(self, topic: str, group: str) -> AsyncIterator[AsyncIterator[Delivery]]:
        """Nothing ever comes."""
        assert topic
        assert group
        yield _nothing()


async def _nothing() -> AsyncIterator[Delivery]:
    return
    yield
