"""`hub backup`, `hub restore` and `hub database move` as an administrator uses them, beside a hub at work too."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.hub_process import HubProcess
from tests.e2e.outsider import CHECKOUT, Outsider, wait_until
from tests.services.postgres import PostgresServer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
TEXT = "青阳街道青新社区门口井盖不见了，很危险"
_FILES = {"anchors.log", "hub.db", "hub.db-queue", "hub.db-turn", "secret.key"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Outsider:
    outsider = Outsider(tmp_path_factory.mktemp("filled") / "data")
    for phone in ("138 1234 5678", "138 8765 4321"):
        assert outsider.hub("report", "submit", TEXT, "--phone", phone).code == 0
    return outsider


@pytest.fixture(scope="module")
def archive(filled: Outsider) -> Path:
    file = filled.data.parent / "hub.backup"
    assert filled.hub("backup", str(file)).code == 0
    return file


@pytest.fixture
def fresh(tmp_path: Path) -> Outsider:
    return Outsider(tmp_path / "fresh")


@dataclass(frozen=True, slots=True)
class EmptyPostgres:
    """A database without any table, its URL without the password, and a file with that."""

    url: str
    password_file: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"HUB_DATABASE_URL": self.url, "HUB_DATABASE_PASSWORD_FILE": str(self.password_file)}


@pytest.fixture
def empty_postgres(postgres: PostgresServer, tmp_path: Path) -> Iterator[EmptyPostgres]:
    file = tmp_path / "password"
    file.write_text("hub\n")
    url = postgres.create("moved_to")
    yield EmptyPostgres(url.replace("hub:hub@", "hub@"), file)
    postgres.drop("moved_to")


def test_what_is_restored_is_the_same_city(filled: Outsider, archive: Path, fresh: Outsider) -> None:
    told = fresh.hub("restore", str(archive), "--json").json
    for command in (("case", "list"), ("report", "list"), ("history", "verify")):
        assert fresh.hub(*command, "--json").json == filled.hub(*command, "--json").json
    assert fresh.hub("check", "--json").json["faults"] == []
    assert (told["verified"], told["history"]["ok"], told["tables"]["report"], told["key"]) == (True, True, 2, True)
    assert {path.name for path in fresh.data.iterdir()} == _FILES
    assert [path.name for path in fresh.data.iterdir() if stat.S_IMODE(path.stat().st_mode) != 0o600] == []


def test_a_backup_is_a_file_for_its_owner_alone_and_names_what_is_in_it(filled: Outsider, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    told = filled.hub("backup", str(file), "--json").json
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.backup"]
    assert (told["bytes"], told["tables"]["report"], told["with_key"]) == (file.stat().st_size, 2, True)
    assert told["rows"] == sum(told["tables"].values())


def test_a_backup_without_the_key_says_so_and_so_does_its_restore(
    filled: Outsider, fresh: Outsider, tmp_path: Path
) -> None:
    file = tmp_path / "one.backup"
    told = filled.hub("backup", str(file), "--without-key")
    assert "The key is not inside" in told.err
    assert (filled.data / "secret.key").read_bytes() not in file.read_bytes()
    assert "Put the secret.key that belongs to this backup" in fresh.hub("restore", str(file)).err
    assert fresh.hub("report", "submit", TEXT, "--json").json["code"] == "refused"
    (fresh.data / "secret.key").write_bytes((filled.data / "secret.key").read_bytes())
    assert fresh.hub("report", "submit", TEXT).code == 0


def test_a_backup_goes_through_a_pipe(filled: Outsider, fresh: Outsider) -> None:
    hub = f"{CHECKOUT}/.venv/bin/hub"
    piped = f"HUB_DATA='{filled.data}' {hub} backup - | HUB_DATA='{fresh.data}' {hub} restore - --json"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", piped], capture_output=True, timeout=120, check=True)
    assert json.loads(done.stdout)["tables"]["report"] == 2


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_restore_that_is_ended_halfway_leaves_an_empty_target(
    archive: Path, fresh: Outsider, signum: signal.Signals
) -> None:
    content = archive.read_bytes()
    child = started(fresh, "restore", "-")
    assert child.stdin is not None
    child.stdin.write(content[: content.index(b"manifest.json")])
    child.stdin.flush()
    wait_until((fresh.data / ".anchors.log.restoring").exists, 60, "everything but the manifest was read")
    child.send_signal(signum)
    child.communicate(timeout=30)
    assert child.returncode == 128 + signum
    assert {path.name for path in fresh.data.iterdir() if not path.name.startswith("hub.db")} == set()
    assert fresh.hub("restore", str(archive), "--json").json["verified"] is True


def started(outsider: Outsider, *arguments: str) -> subprocess.Popen[bytes]:
    """A command that is still at work."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return subprocess.Popen(
        [CHECKOUT / ".venv" / "bin" / "hub", *arguments],
        env={**inherited, "HUB_DATA": str(outsider.data)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("backup", "{archive}"), "not-allowed-now"),
        (("backup", "/nowhere/one.backup"), "temporarily-unavailable"),
        (("restore", "/nowhere/one.backup"), "not-found"),
        (("restore", "{archive}"), "not-allowed-now"),
        (("restore", "{database}"), "refused"),
        (("database", "move", "--to", "sqlite:///{database}"), "invalid"),
        (("database", "move", "--to", "somewhere"), "invalid"),
        (("database", "move", "--to", "oracle://x@y/z"), "refused"),
        (("database", "move", "--to", "postgresql://hub@127.0.0.1:1/none"), "temporarily-unavailable"),
    ],
)
def test_what_cannot_be_done_is_a_problem_in_words(
    filled: Outsider, archive: Path, arguments: tuple[str, ...], code: str
) -> None:
    places = {"archive": str(archive), "database": str(filled.data / "hub.db")}
    told = filled.hub(*(one.format(**places) for one in arguments), "--json")
    assert (told.code, told.json["code"]) == (1, code)
    assert told.err.count("Traceback") == 0


def test_progress_and_archive_do_not_share_standard_output(filled: Outsider) -> None:
    told = filled.hub("backup", "-", "--json")
    assert (told.code, told.out) == (2, b"")


def test_a_city_moves_to_postgresql_and_back_by_one_command(
    filled: Outsider, empty_postgres: EmptyPostgres, tmp_path: Path
) -> None:
    there = empty_postgres.environment
    before = filled.hub("report", "list", "--json").json
    told = filled.hub(
        *("database", "move", "--to", empty_postgres.url, "--password-file", there["HUB_DATABASE_PASSWORD_FILE"]),
        "--json",
    )
    assert told.code == 0, told.err
    assert (told.json["set"], told.json["verified"]) == (there, True)
    assert filled.hub("report", "list", "--json", environment=there).json == before
    receipt = filled.hub("report", "submit", "梅岭街道双沟社区路灯不亮", "--json", environment=there).json
    assert receipt["tracking_number"] not in {one["tracking_number"] for one in before}
    assert filled.hub("history", "verify", "--json", environment=there).json["ok"] is True
    assert "hub:hub" not in told.err + told.out.decode()

    back = tmp_path / "back.db"
    told = filled.hub("database", "move", "--to", f"sqlite:///{back}", environment=there)
    assert (told.code, f"HUB_DATABASE_URL=sqlite:///{back}" in told.err) == (0, True)
    here = {"HUB_DATABASE_URL": f"sqlite:///{back}"}
    assert len(filled.hub("report", "list", "--json", environment=here).json) == len(before) + 1


def test_migrate_names_the_database_without_its_password(fresh: Outsider, empty_postgres: EmptyPostgres) -> None:
    told = fresh.hub("migrate", "--json", environment=empty_postgres.environment)
    assert told.json["database"] == empty_postgres.url.replace("hub@", "hub:***@")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_hub_that_runs_is_not_moved_nor_restored_over(
    tmp_path: Path, request: pytest.FixtureRequest, archive: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "postgresql":
        for name, value in request.getfixturevalue("empty_postgres").environment.items():
            monkeypatch.setenv(name, value)
    environment = {name: value for name, value in os.environ.items() if name.startswith("HUB_DATABASE")}
    hub = HubProcess(tmp_path / "data", role="web")
    hub.start()
    outsider = Outsider(hub.data)
    try:
        moving = ("database", "move", "--to", f"sqlite:///{tmp_path}/elsewhere.db")
        for command in (moving, ("restore", str(archive))):
            told = outsider.hub(*command, environment=environment)
            assert (told.code, "stop it (every process of hub serve)" in told.err) == (1, True), told.err
    finally:
        hub.stop()
    assert outsider.hub("restore", str(archive), environment=environment).code == 0
