"""What image, compose file and units say is true of the product: roles, settings, ports. `make image` builds it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.serving import ROLES
from hub.settings import Section, Settings, environment_name

pytestmark = pytest.mark.integration
CHECKOUT = Path(__file__).resolve().parents[2]
DOCKER = CHECKOUT / "docker"
UNITS = sorted((DOCKER / "systemd").glob("*.service"))
# Of Compose alone: the name of the image.
OF_COMPOSE = {"HUB_IMAGE"}


def settings() -> set[str]:
    """The environment name of every setting."""
    names = {"HUB_DATA", "HUB_CITY"}
    for section, info in Settings.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            names |= {environment_name(section, field) for field in kind.model_fields}
    return names


def compose() -> dict[str, Any]:
    """The compose file, anchors resolved."""
    return dict(yaml.safe_load((DOCKER / "compose.yml").read_text(encoding="utf-8")))


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as instructions, comments left out and lines joined."""
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", lines)
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in joined.splitlines() if line.strip()]


def last_stage() -> dict[str, list[str]]:
    """The instructions of the image itself, by their word."""
    everything = instructions()
    start = max(place for place, (word, _) in enumerate(everything) if word == "FROM")
    found: dict[str, list[str]] = {}
    for word, rest in everything[start:]:
        found.setdefault(word, []).append(rest)
    return found


def unit(path: Path) -> dict[str, list[str]]:
    """The keys of a unit's [Service] section, each with all its values."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize(
    "path",
    [DOCKER / "Dockerfile", DOCKER / "compose.yml", DOCKER / "systemd" / "hub", *UNITS],
    ids=lambda path: path.name,
)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bHUB_[A-Z_]+\b", path.read_text(encoding="utf-8")))
    assert named - settings() - OF_COMPOSE == set()


def test_every_role_of_the_compose_file_exists_and_no_role_but_all_is_missing() -> None:
    commands = [one["command"] for one in compose()["services"].values() if one.get("command", [""])[0] == "serve"]
    assert sorted(words[words.index("--role") + 1] for words in commands) == sorted(set(ROLES) - {"all"})


def test_there_is_a_unit_for_every_role_but_all() -> None:
    started = sorted(words.split("--role ")[1] for path in UNITS for words in unit(path)["ExecStart"])
    assert started == sorted(set(ROLES) - {"all"})


def test_the_image_runs_as_a_user_of_its_own_and_is_asked_how_it_is() -> None:
    stage = last_stage()
    assert (stage["USER"], stage["VOLUME"], stage["STOPSIGNAL"]) == (["hub:hub"], ["/data"], ["SIGTERM"])
    assert stage["ENTRYPOINT"] == ['["hub"]']
    assert stage["HEALTHCHECK"][0].endswith('CMD ["hub", "health"]')


def test_nothing_is_fetched_but_by_the_package_tools_and_bases_have_a_version() -> None:
    words = instructions()
    bases = [rest.split(" ")[0] for word, rest in words if word == "FROM"]
    (base,) = [rest.split("=")[1] for word, rest in words if word == "ARG" and rest.startswith("BASE=")]
    assert (set(bases), base) == ({"${BASE}"}, "docker.io/library/debian:bookworm-slim")
    assert [rest for word, rest in words if word == "ADD" or re.search(r"\bcurl\b|\bwget\b|https?://", rest)] == []


def test_the_image_holds_no_compiler_and_no_pip() -> None:
    runs = " ".join(last_stage()["RUN"])
    assert re.findall(r"\b(pip|gcc|build-essential|python3-venv|python3-dev)\b", runs) == []


def test_every_package_of_the_image_comes_as_a_wheel_by_hash() -> None:
    pips = [line for word, rest in instructions() if word == "RUN" for line in rest.split("&&") if "-m pip" in line]
    fetching = [line for line in pips if "-r requirements" in line]
    assert len(fetching) == 2
    assert [one for one in fetching if "--require-hashes" not in one or "--only-binary :all:" not in one] == []
    assert [one for one in pips if one not in fetching and " --no-index" not in one] == []


def test_only_what_the_image_is_made_of_goes_to_the_builder() -> None:
    lines = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").split()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert ("*" in lines, {one for one in kept if not (CHECKOUT / one).exists()}) == (True, set())
    assert kept & {"var", "docker", ".git", "tests", ".venv"} == set()


def published() -> Iterator[tuple[str, str]]:
    """Every port that a service publishes."""
    for name, service in compose()["services"].items():
        yield from ((name, port) for port in service.get("ports", ()))


def test_only_the_web_is_published_and_only_on_this_machine() -> None:
    assert list(published()) == [("web", "127.0.0.1:${HUB_HTTP_PORT:-8319}:8319")]


def test_database_and_bus_stand_in_a_network_without_a_way_out() -> None:
    told = compose()
    inner = {name for name, one in told["networks"].items() if one.get("internal")}
    assert [set(told["services"][name]["networks"]) - inner for name in ("database", "bus", "worker")] == [set()] * 3


def test_every_service_has_its_base_by_version_or_is_the_hub() -> None:
    images = {name: str(one["image"]) for name, one in compose()["services"].items()}
    assert images == {
        **dict.fromkeys(("migrate", "web", "worker", "sms"), "${HUB_IMAGE:-hub12319}"),
        "database": "docker.io/library/postgres:15-bookworm",
        "bus": "docker.io/library/redis:7-bookworm",
    }


def test_no_secret_stands_in_the_compose_file_and_every_secret_is_a_file() -> None:
    told = compose()
    assert {tuple(one) for one in told["secrets"].values()} == {("file",)}
    used = {name for one in told["services"].values() for name in one.get("secrets", ())}
    given = {
        (name, value)
        for one in told["services"].values()
        for name, value in one.get("environment", {}).items()
        if re.search("PASSWORD|SECRET", name)
    }
    assert used == set(told["secrets"])
    assert [one for one in given if not (one[0].endswith("_FILE") and one[1].startswith("/run/secrets/"))] == []


def test_containers_of_the_hub_write_nowhere_but_to_data_and_tmp() -> None:
    services = compose()["services"]
    for name in ("migrate", "web", "worker", "sms"):
        one = services[name]
        assert (one["read_only"], one["tmpfs"], one["volumes"], one["cap_drop"]) == (
            *(True, ["/tmp"], ["data:/data"], ["ALL"]),  # noqa: S108 - the container's own
        )


def test_a_service_waits_for_what_it_needs() -> None:
    services = compose()["services"]
    needs = {
        name: {key: one["condition"] for key, one in services[name]["depends_on"].items()}
        for name in services
        if "depends_on" in services[name]
    }
    assert needs == {
        "migrate": {"database": "service_healthy"},
        "web": {"migrate": "service_completed_successfully", "bus": "service_healthy"},
        "worker": {"web": "service_healthy"},
        "sms": {"web": "service_healthy"},
    }
    assert [name for name in ("database", "bus") if "healthcheck" not in services[name]] == []


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_confines_its_process_and_gives_it_time_to_end(path: Path) -> None:
    told = unit(path)
    wanted = {
        "User": ["hub"],
        "NoNewPrivileges": ["yes"],
        "ProtectSystem": ["strict"],
        "ProtectHome": ["yes"],
        "PrivateTmp": ["yes"],
        "StateDirectory": ["hub"],
        "TimeoutStopSec": ["30"],
        "CapabilityBoundingSet": [""],
    }
    assert {key: told[key] for key in wanted} == wanted
    assert [one.split(":")[0] for one in told["LoadCredential"]] == ["database_password", "bus_password"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_every_unit(path: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    # It wants the program to exist; here another one stands in its place.
    words = path.read_text(encoding="utf-8").replace("/opt/hub/.venv/bin/hub", "/bin/true")
    copy = tmp_path / path.name
    copy.write_text(words)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False, timeout=30
    )
    assert [line for line in done.stderr.splitlines() if path.stem.split("@")[0] in line] == []
