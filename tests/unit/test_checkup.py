"""`hub check`: each thing that can be wrong with a server or a folder is named, and nothing else."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from hub.checkup.bus import judge_redis
from hub.checkup.data_folder import check_data_folder, filesystem_of
from hub.checkup.database import judge_clock, judge_server
from hub.checkup.findings import Findings
from hub.checkup.listening import check_listening
from hub.settings import read_settings
from hub.wiring import Hub

NOW = 1_780_000_000.0
GOOD_SERVER = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "server_version_num": "150014",
    "server_encoding": "UTF8",
    "max_connections": "100",
    "transaction_read_only": "on",
    "now": NOW,
    "standby": False,
    "sessions": 12,
}
GOOD_REDIS = {
    "redis_version": "7.0.15",
    "role": "master",
    "maxmemory": 1000,
    "used_memory": 100,
    "maxmemory_policy": "noeviction",
}
MOUNTS = """\
22 1 8:1 / / rw,relatime - ext4 /dev/vda rw
40 22 0:40 / /srv rw - nfs4 store:/srv rw
41 40 8:2 / /srv/fast\\040disk rw - xfs /dev/vdb rw
"""


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A folder as the hub makes it, with a file in it."""
    tmp_path.chmod(0o700)
    (tmp_path / "hub.toml").write_text("")
    (tmp_path / "hub.toml").chmod(0o644)
    return tmp_path


def hub_of(data: Path, **environment: str) -> Hub:
    """A hub that nobody has started."""
    return Hub(read_settings({"HUB_DATA": str(data), **environment}))


def words_of(findings: Findings) -> tuple[list[str], list[str]]:
    """Faults and warnings, each cut off after the first word that names it."""
    return findings.faults, findings.warnings


@pytest.mark.parametrize(
    ("changes", "faults", "warnings"),
    [
        ({}, [], []),
        ({"fsync": "off"}, ["fsync is off"], []),
        ({"full_page_writes": "off"}, ["full_page_writes is off"], []),
        ({"synchronous_commit": "off"}, ["synchronous_commit is off"], []),
        ({"synchronous_commit": "local"}, [], []),
        ({"synchronous_commit": "remote_apply"}, [], []),
        ({"standby": True}, ["this is a standby"], []),
        ({"server_encoding": "SQL_ASCII"}, ["the encoding is SQL_ASCII"], []),
        ({"server_version_num": "140011"}, [], ["PostgreSQL is older than 15"]),
        ({"sessions": 91}, [], ["only 9 connections are left"]),
        ({"now": NOW + 1.5}, [], []),
        ({"now": NOW - 7}, [], ["its clock differs from this machine's by -7 s"]),
    ],
)
def test_what_is_wrong_with_a_postgresql_server_is_named(
    changes: dict[str, Any], faults: list[str], warnings: list[str]
) -> None:
    findings = Findings()
    judge_server({**GOOD_SERVER, **changes}, NOW, findings)
    assert (_english(findings.faults, faults), _english(findings.warnings, warnings)) == (faults, warnings)


@pytest.mark.parametrize(
    ("changes", "faults", "warnings"),
    [
        ({}, [], []),
        ({"redis_version": "6.2.0"}, [], []),
        ({"redis_version": "6.0.16"}, ["Redis 6.0.16 is too old"], []),
        ({"role": "slave"}, ["this Redis is a replica"], []),
        ({"maxmemory_policy": "allkeys-lru"}, [], ["when memory is short Redis throws the bus away (allkeys-lru)"]),
        ({"maxmemory_policy": "allkeys-lru", "maxmemory": 0}, [], []),
        ({"used_memory": 950, "maxmemory": 1000}, [], ["Redis uses 0 of 0 MB"]),
    ],
)
def test_what_is_wrong_with_a_redis_is_named(changes: dict[str, Any], faults: list[str], warnings: list[str]) -> None:
    findings = Findings()
    judge_redis({**GOOD_REDIS, **changes}, findings)
    assert (_english(findings.faults, faults), _english(findings.warnings, warnings)) == (faults, warnings)


def _english(found: list[str], expected: list[str]) -> list[str]:
    """The beginnings of the English words, as long as those expected; every finding has both languages."""
    halves = [words.partition(": ")[2].split(" / ") for words in found]
    assert all(len(one) == 2 for one in halves)
    lengths = [len(words) for words in expected] or [80] * len(found)
    return [one[1][:length] for one, length in zip(halves, lengths, strict=True)]


def test_clocks_that_agree_are_no_finding() -> None:
    findings = Findings()
    judge_clock("bus", -1.9, findings)
    assert words_of(findings) == ([], [])


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/srv/hub", "nfs4"), ("/srv/fast disk/hub", "xfs"), ("/srvs", "ext4"), ("/home/x", "ext4")],
)
def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount(folder: str, kind: str) -> None:
    assert filesystem_of(Path(folder), MOUNTS) == kind


def test_a_mount_table_that_cannot_be_read_says_nothing() -> None:
    assert filesystem_of(Path("/srv"), "nonsense\n") == ""


async def test_a_password_file_that_others_may_read_is_named(private: Path) -> None:
    secret = private / "hub.toml"
    findings = Findings()
    await check_data_folder(hub_of(private, HUB_BUS_URL="redis://bus", HUB_BUS_PASSWORD_FILE=str(secret)), findings)
    assert words_of(findings) == (
        [],
        [f"settings: {secret} 他人可读，请运行 chmod 600 {secret} / readable by others: chmod 600 {secret}"],
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
async def test_files_of_another_user_are_named(private: Path) -> None:
    os.chown(private / "hub.toml", 12319, 12319)
    findings = Findings()
    await check_data_folder(hub_of(private), findings)
    remedy = f"chown -R --reference={private} {private}"
    assert words_of(findings) == (
        [],
        [f"data: 有文件属于其他用户（hub.toml），请运行 {remedy} / files of another user: {remedy}"],
    )


class _Stranger(BaseHTTPRequestHandler):
    """Another program, or a hub with a fault."""

    body: ClassVar[bytes] = b"hello"

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        return


@contextmanager
def listening(body: bytes) -> Iterator[int]:
    """Somebody on a free port."""
    handler = type("Handler", (_Stranger,), {"body": body})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


async def found_at(tmp_path: Path, port: int) -> Findings:
    findings = Findings()
    await check_listening(hub_of(tmp_path, HUB_HTTP_PORT=str(port)), findings)
    return findings


async def test_a_port_that_another_program_holds_is_named(tmp_path: Path) -> None:
    with listening(b"hello") as port:
        findings = await found_at(tmp_path, port)
    remedy = f"port {port} is held by another program: stop it or set HUB_HTTP_PORT"
    assert [one.partition(" / ")[2] for one in findings.faults] == [remedy]


async def test_what_a_running_hub_lacks_is_named(tmp_path: Path) -> None:
    parts = b'{"ready": false, "parts": [{"name": "worker", "fault": "x / y"}, {"name": "disk", "fault": null}]}'
    with listening(parts) as port:
        assert words_of(await found_at(tmp_path, port)) == (["worker: x / y"], [])


async def test_a_port_where_nobody_listens_is_no_finding(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        assert words_of(await found_at(tmp_path, probe.getsockname()[1])) == ([], [])


async def test_sign_ins_in_clear_are_warned_of(tmp_path: Path) -> None:
    findings = Findings()
    with listening(b'{"parts": []}') as port:
        hub = hub_of(tmp_path, HUB_HTTP_HOST="0.0.0.0", HUB_HTTP_PORT=str(port))  # noqa: S104 - nobody listens there
        await check_listening(hub, findings)
    assert (findings.faults, len(findings.warnings), "HTTPS" in findings.warnings[0]) == ([], 1, True)


def test_the_same_words_twice_are_one_finding() -> None:
    findings = Findings()
    for _ in range(2):
        findings.fault("disk", "full")
    assert (findings.faults, findings.broken("disk"), findings.broken("dis")) == (["disk: full"], True, False)
