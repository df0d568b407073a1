"""The bus of two processes that belong together: what is published in one is heard in both, over a socket pair."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from intake.bus.memory import MemoryBus
from intake.ports import Delivery

_BUFFER_LIMIT_BYTES = 256 * 1024


@dataclass(slots=True)
class LinkedBus:
    """A memory bus that tells a peer while `carry` runs; without one it is a memory bus.

    A group has its members in one of the two processes: each side delivers to its own. A peer that does not read loses
    wake-ups (`dropped_total` counts them) and never holds anybody up.
    """

    local: MemoryBus = field(default_factory=MemoryBus)
    dropped_total: int = 0
    _peer: asyncio.StreamWriter | None = None
    _unsent: list[bytes] = field(default_factory=list)

    async def publish(self, topic: str, message: Mapping[str, str]) -> None:
        """Announce here and to the peer."""
        await self.local.publish(topic, message)
        if self._peer is not None and not self._told(self._peer, json.dumps([topic, dict(message)])):
            self.dropped_total += 1

    def _told(self, peer: asyncio.StreamWriter, line: str) -> bool:
        if peer.is_closing() or peer.transport.get_write_buffer_size() > _BUFFER_LIMIT_BYTES:
            return False
        self._unsent.append(line.encode() + b"\n")
        if len(self._unsent) == 1:
            asyncio.get_running_loop().call_soon(self._send)
        return True

    def _send(self) -> None:
        """What was published since the loop last came round, in one go."""
        lines, self._unsent = self._unsent, []
        # A transport of uvloop whose peer has just died says so with a RuntimeError.
        with contextlib.suppress(RuntimeError, OSError):
            if self._peer is not None:
                self._peer.write(b"".join(lines))

    def subscribe(self, topic: str, group: str) -> AbstractAsyncContextManager[AsyncIterator[Delivery]]:
        """Messages of both sides published while the context is open."""
        return self.local.subscribe(topic, group)

    async def carry(self, link: socket.socket) -> None:
        """Speak with the peer at the other end of the link until it hangs up or is gone; closes the link."""
        reader, writer = await asyncio.open_unix_connection(sock=link)
        self._peer = writer
        try:
            # A peer that dies in the middle of a line leaves half of it: a wake-up lost, no more.
            while (line := await reader.readline()).endswith(b"\n"):
                topic, message = json.loads(line)
                await self.local.publish(topic, message)
        except ConnectionError:
            return
        finally:
            self._peer = None
            writer.close()
