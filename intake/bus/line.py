"""Where Redis is, how it is reached and whether it answered last. Its password is shown to nobody."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from intake.errors import Invalid

_LOG = logging.getLogger(__name__)
_CONNECT_SECONDS = 0.3
REDIS_SCHEMES = ("redis", "rediss", "unix")


@dataclass(frozen=True, slots=True)
class RedisLine:
    """A Redis by its URL: `redis://[[user]:password@]host[:port][/db]`, `rediss://` for TLS, `unix:///path`.

    Raises Invalid for a URL that cannot be used.
    """

    url: str = field(repr=False)

    def __post_init__(self) -> None:
        try:
            if urlsplit(self.url).scheme not in REDIS_SCHEMES:
                raise ValueError("scheme")
            # What the URL asks for is looked at only when a connection is made.
            pool: Any = self.client().connection_pool
            pool.make_connection()
        except (ValueError, TypeError, AttributeError):
            raise Invalid(
                f"总线地址无法使用（{self.shown}），可用 memory:、redis://、rediss:// 或 unix://。",
                f"The address of the bus cannot be used ({self.shown}): use memory:, redis://, rediss:// or unix://.",
            ) from None  # the library's words repeat the password

    @property
    def shown(self) -> str:
        """The address without user, password and options; a URL that a password broke is not shown."""
        if self.url.count("@") > 1:
            return self.url.partition(":")[0] + "://..."
        try:
            parts = urlsplit(self.url)
            place = f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or ""
        except ValueError:
            return self.url.partition(":")[0] + "://..."
        return f"{parts.scheme}://{place}{parts.path}"

    def client(self) -> Redis:
        """A client of one's own, to be used as an async context; it connects on first use.

        It waits for answers without end and never tries again by itself: callers set their own limits.
        """
        client = Redis.from_url(
            self.url,
            protocol=2,
            decode_responses=True,
            encoding_errors="replace",
            socket_connect_timeout=_CONNECT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        # The driver's own limit rests on asyncio.wait_for, which may swallow a cancellation: a task would never end.
        client.connection_pool.connection_kwargs["socket_timeout"] = None
        return client


@dataclass(slots=True)
class Presence:
    """Says once when Redis stops answering somebody, and once when it answers again."""

    line: RedisLine
    doing: str
    _lost: bool = False

    def lost(self, error: BaseException) -> None:
        """It did not answer, or not as it should."""
        if not self._lost:
            self._lost = True
            told = f"{type(error).__name__} {error}".strip()[:200]
            _LOG.warning("bus, %s: Redis at %s fails (%s); sweeps do the waking", self.doing, self.line.shown, told)

    def found(self) -> None:
        """It answered."""
        if self._lost:
            self._lost = False
            _LOG.info("bus, %s: Redis at %s answers again", self.doing, self.line.shown)
