"""Counts in Redis, shared by all web processes of an installation. One script a request, on the server's own clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from intake.errors import Temporary
from intake.limits.quotas import Allowance, Charge

Result = TypeVar("Result")
_PREFIX = "hub12319:limit:"
_CONNECTIONS = 16
_PATIENCE_SECONDS = 0.1

# The arithmetic of `quotas.lacking_seconds` and `quotas.sunk`; the contract suite holds the two together.
_TAKE = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local wait, levels = 0, {}
for i, key in ipairs(KEYS) do
  local cost, ceiling, rate = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local held = redis.call('HMGET', key, 'level', 'at')
  local level = 0
  if held[1] then level = math.max(0, tonumber(held[1]) - rate * math.max(0, now - tonumber(held[2]))) end
  levels[i] = level
  if cost > 0 and level > 0 and level + cost > ceiling + 0.000001 then
    wait = math.max(wait, math.min(level, level + cost - ceiling) / rate)
  end
end
local told = {string.format('%.6f', wait)}
for i, key in ipairs(KEYS) do
  told[i + 1] = string.format('%.6f', levels[i])
  if wait == 0 then
    local level = math.max(0, levels[i] + tonumber(ARGV[3 * i - 2]))
    redis.call('HSET', key, 'level', string.format('%.6f', level), 'at', string.format('%.6f', now))
    redis.call('PEXPIRE', key, math.ceil(level / tonumber(ARGV[3 * i]) * 1000) + 1000)
  end
end
return told
"""


class RedisQuotas:
    """`Quotas` on the Redis of this URL. Nothing is connected before the first use."""

    def __init__(self, url: str, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=None,
            # The driver's own limits may swallow a cancellation; ours, in `_asked`, covers connecting and waiting.
            socket_timeout=None,
            socket_connect_timeout=None,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        self._redis = Redis(connection_pool=pool)
        self._take = self._redis.register_script(_TAKE)
        self._patience_seconds = patience_seconds

    async def take(self, charges: Sequence[Charge]) -> Allowance:
        """As the port says."""
        keys = [_PREFIX + charge.key for charge in charges]
        told = [value for charge in charges for value in (charge.cost, charge.ceiling, charge.per_second)]
        wait, *levels = map(float, await self._asked(self._take(keys=keys, args=told)))
        return Allowance(wait == 0, tuple(levels), wait)

    async def once(self, key: str, seconds: float) -> bool:
        """As the port says."""
        milliseconds = max(1, round(seconds * 1000))
        return bool(await self._asked(self._redis.set(f"{_PREFIX}once:{key}", "1", nx=True, px=milliseconds)))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose(close_connection_pool=True)

    async def _asked(self, question: Awaitable[Result]) -> Result:
        try:
            async with asyncio.timeout(self._patience_seconds):
                return await question
        except (RedisError, OSError, TimeoutError) as error:
            raise Temporary(
                "限流计数（Redis）暂时不可用。", f"The shared counts are away: {type(error).__name__}."
            ) from error
