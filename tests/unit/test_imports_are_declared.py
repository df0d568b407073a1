"""What the product imports it also asks for: a package that comes with another may stay away one day."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]
_ROOMS = ("case_api", "geocode", "hub", "intake", "telephony", "video")
# pydantic pins its core to one version and documents it as a part of itself.
_PARTS = {"pydantic-core": "pydantic"}

# SQLAlchemy imports the driver that a database's URL asks for; redis imports async-timeout where Python is too old.
_FOUND_BY_NAME = {"async-timeout", "psycopg"}


def imported(rooms: tuple[str, ...] = _ROOMS) -> set[str]:
    """The first names of all imports of these rooms, the project's own and the standard library left out."""
    names: set[str] = set()
    for path in (path for room in rooms for path in (_CHECKOUT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {one.name.partition(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add((node.module or "").partition(".")[0])
    return names - {*_ROOMS, "bench", "scripts", "tests"} - sys.stdlib_module_names


def distributions(rooms: tuple[str, ...] = _ROOMS) -> set[str]:
    """The distributions these names come from."""
    known = packages_distributions()
    found = {_plain(one) for name in imported(rooms) for one in known[name]}
    return {_PARTS.get(one, one) for one in found}


def declared() -> set[str]:
    """The requirements of pyproject.toml."""
    project = tomllib.loads((_CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {_plain(re.split(r"[<>=~!\[;]", one)[0]) for one in project["dependencies"]}


def for_development() -> set[str]:
    """The requirements of those who work on the product."""
    lines = (_CHECKOUT / "requirements" / "dev.in").read_text(encoding="utf-8").splitlines()
    return {_plain(line) for line in lines if not line.startswith("-")}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_import_is_declared() -> None:
    assert distributions() - declared() == set()


def test_every_import_of_the_scripts_is_declared_or_there_for_development() -> None:
    assert distributions(("scripts",)) - declared() - for_development() == set()


def test_what_is_declared_is_imported_but_for_what_others_find_by_name() -> None:
    assert declared() - distributions() == _FOUND_BY_NAME
