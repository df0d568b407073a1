"""Redis as the bus: reachable, able, and not about to forget."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from redis.exceptions import AuthenticationError, RedisError, ResponseError

from hub.checkup.database import judge_clock
from hub.checkup.findings import Findings
from hub.wiring import Hub
from intake.bus.redis import RedisBus
from intake.errors import Temporary

PART = "bus"
_PATIENCE_SECONDS = 3.0
# XAUTOCLAIM, by which a dead consumer's messages are taken over.
_OLDEST = (6, 2)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", None})
_FULL = 0.9


async def check_bus(hub: Hub, findings: Findings) -> None:
    """A bus in memory is always there. Raises Invalid for a URL that cannot be used."""
    bus = hub.bus
    if not isinstance(bus, RedisBus):
        return
    shown = bus.line.shown
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), bus.line.client() as client:
            began = time.time()
            seconds, microseconds = await client.time()
            here = (began + time.time()) / 2
            told: Any = await client.info()
    except (RedisError, OSError, TimeoutError) as error:
        findings.fault(PART, _unreachable(shown, error))
        return
    judge_redis(told, findings)
    judge_clock(PART, seconds + microseconds / 1_000_000 - here, findings)
    _judge_address(hub, findings)
    await _judge_dead_letters(bus, findings)


def judge_redis(told: Mapping[str, Any], findings: Findings) -> None:
    """Name what is wrong with a Redis by its INFO."""
    version = str(told.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < _OLDEST:
        findings.fault(PART, f"Redis {version} 太旧，请升级到 7 / Redis {version} is too old: upgrade it to 7")
    if told.get("role") not in {None, "master"}:
        findings.fault(
            PART, "这是 Redis 的从节点，不能写；请把 HUB_BUS_URL 指向主节点 / this Redis is a replica: name its primary"
        )
    most, used = int(told.get("maxmemory", 0)), int(told.get("used_memory", 0))
    policy = str(told.get("maxmemory_policy", "noeviction"))
    if most and policy.startswith("allkeys"):
        findings.warn(
            PART,
            f"Redis 内存不足时会丢弃总线内容（{policy}），请设 maxmemory-policy noeviction"
            f" / when memory is short Redis throws the bus away ({policy}): set maxmemory-policy noeviction",
        )
    if most and used > _FULL * most:
        findings.warn(
            PART,
            f"Redis 已用内存 {used >> 20} MB，上限 {most >> 20} MB，将拒绝写入；请加大 maxmemory"
            f" / Redis uses {used >> 20} of {most >> 20} MB and will refuse to write: raise maxmemory",
        )


def _unreachable(shown: str, error: BaseException) -> str:
    if isinstance(error, AuthenticationError) or (isinstance(error, ResponseError) and "NOAUTH" in str(error)):
        return (
            f"Redis {shown} 拒绝了密码，请检查 HUB_BUS_PASSWORD_FILE"
            f" / Redis at {shown} refuses the password: look at HUB_BUS_PASSWORD_FILE"
        )
    cause = type(error).__name__
    return (
        f"Redis {shown} 没有应答（{cause}），请启动 Redis 或检查 HUB_BUS_URL；在此期间由定时查找代替唤醒"
        f" / Redis at {shown} does not answer ({cause}): start it or look at HUB_BUS_URL; sweeps wake meanwhile"
    )


def _judge_address(hub: Hub, findings: Findings) -> None:
    parts = urlsplit(hub.settings.bus_url)
    if parts.scheme == "redis" and parts.hostname not in _LOOPBACK and not parts.password:
        findings.warn(
            PART,
            "Redis 不在本机且没有密码，请设 requirepass 和 HUB_BUS_PASSWORD_FILE"
            " / Redis is on another machine and has no password: set requirepass and HUB_BUS_PASSWORD_FILE",
        )


async def _judge_dead_letters(bus: RedisBus, findings: Findings) -> None:
    try:
        letters = await bus.dead_letters()
    except Temporary:
        return
    if letters:
        findings.warn(
            PART,
            f"有 {letters} 条消息无人能处理；诉求不会因此丢失，请查看 worker 日志中的错误"
            f" / {letters} messages could not be handled by anybody; no report is lost by it: see the workers' logs",
        )
