"""The database: whether what it confirms survives a power cut, and whether the key is this one's."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from case_api.store.installation_key import open_newest
from hub.checkup.findings import Findings
from hub.wiring import Hub
from intake.errors import HubError

PART = "database"
_OLDEST = 150_000
_SPARE_CONNECTIONS = 10
SKEW_SECONDS = 2.0
# Settings that promise a disk what it has not got: with one of these off, acknowledged reports may be lost.
_PROMISES = ("fsync", "full_page_writes", "synchronous_commit")
_NAMES = (*_PROMISES, "server_version_num", "server_encoding", "max_connections", "transaction_read_only")


async def check_database(hub: Hub, findings: Findings) -> None:
    """SQLite is opened as it must be, so only a server can be set wrongly."""
    if hub.database.engine.dialect.name != "postgresql":
        return
    began = time.time()
    found = await hub.database.read(read_server)
    judge_server(found, (began + time.time()) / 2, findings)


def read_server(connection: Connection) -> dict[str, Any]:
    """Settings of a PostgreSQL server as this session has them, its clock (s since 1970) and its sessions."""
    found: dict[str, Any] = {
        name: connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one() for name in _NAMES
    }
    found["now"] = float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
    found["standby"] = connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one()
    found["sessions"] = connection.execute(text("SELECT count(*) FROM pg_stat_activity")).scalar_one()
    return found


def judge_server(found: Mapping[str, Any], here: float, findings: Findings) -> None:
    """Name what is wrong with a server; `here` is this machine's clock (s since 1970) at the same time."""
    if found["standby"]:
        findings.fault(
            PART,
            "这是只读的备用服务器，请把 HUB_DATABASE_URL 指向主服务器 / this is a standby: name the primary in the URL",
        )
    for name in _PROMISES:
        if found[name] in {"off", "local", "remote_write"} and (name != "synchronous_commit" or found[name] == "off"):
            findings.fault(
                PART,
                f"PostgreSQL 的 {name}={found[name]}，断电会丢失已确认的诉求，请在 postgresql.conf 中设为 on"
                f" / {name} is {found[name]}: a power cut loses acknowledged reports; set it on in postgresql.conf",
            )
    if found["server_encoding"] != "UTF8":
        findings.fault(
            PART,
            f"数据库编码是 {found['server_encoding']}，请用 CREATE DATABASE ... ENCODING 'UTF8' 重建"
            f" / the encoding is {found['server_encoding']}: create the database anew with ENCODING 'UTF8'",
        )
    if int(found["server_version_num"]) < _OLDEST:
        findings.warn(
            PART,
            "PostgreSQL 早于 15，未经测试，请升级 / PostgreSQL is older than 15, which nobody has tested: upgrade it",
        )
    _judge_connections(found, findings)
    judge_clock(PART, float(found["now"]) - here, findings)


def _judge_connections(found: Mapping[str, Any], findings: Findings) -> None:
    spare = int(found["max_connections"]) - int(found["sessions"])
    if spare < _SPARE_CONNECTIONS:
        findings.warn(
            PART,
            f"只剩 {spare} 个连接可用，请在 postgresql.conf 中加大 max_connections（每个进程约需 7 个）"
            f" / only {spare} connections are left: raise max_connections (a process takes about 7)",
        )


def judge_clock(part: str, ahead_seconds: float, findings: Findings) -> None:
    """Leases and deadlines are told by the clock: machines must agree on it."""
    if abs(ahead_seconds) > SKEW_SECONDS:
        findings.warn(
            part,
            f"服务器时钟与本机相差 {ahead_seconds:+.0f} 秒，请在两台机器上启用时间同步（如 chrony）"
            f" / its clock differs from this machine's by {ahead_seconds:+.0f} s: synchronise both (chrony, for one)",
        )


async def check_key(hub: Hub, findings: Findings) -> None:
    """The key belongs to this database and opens what was sealed last."""
    try:
        sealer = hub.sealer
        await hub.database.read(lambda connection: open_newest(connection, sealer))
    except HubError as error:
        findings.fault("secret.key", str(error))
