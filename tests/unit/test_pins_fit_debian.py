"""The pins hold what Debian's Python needs, although they were made with another one of the same minor version."""

from __future__ import annotations

import re
from importlib.metadata import distribution
from pathlib import Path

from packaging.markers import Environment, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_CHECKOUT = Path(__file__).resolve().parents[2]
_DEBIAN_12 = "3.11.2"


def pinned() -> set[str]:
    """Every distribution of `requirements/runtime.txt`."""
    lines = (_CHECKOUT / "requirements" / "runtime.txt").read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(found[1]) for line in lines if (found := re.match(r"([A-Za-z0-9._-]+)==", line))}


def needed(name: str, environment: Environment) -> set[str]:
    """What a distribution asks for there, without its extras."""
    asked = [Requirement(words) for words in distribution(name).requires or ()]
    values = {**{name: str(value) for name, value in environment.items()}, "extra": ""}
    return {canonicalize_name(one.name) for one in asked if one.marker is None or one.marker.evaluate(values)}


def test_every_requirement_on_debian_s_python_is_pinned() -> None:
    debian = default_environment()
    debian["python_full_version"] = _DEBIAN_12
    missing = {name: gone for name in pinned() if (gone := needed(name, debian) - pinned())}
    assert missing == {}
