"""`intake`, `geocode` and `hub` are names of public packages too: what is imported must be this product's."""

from __future__ import annotations

import importlib
from importlib.metadata import distribution
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parents[2]
_ROOMS = ("case_api", "geocode", "hub", "intake", "telephony", "video")


@pytest.mark.parametrize("room", _ROOMS)
def test_an_imported_room_comes_from_this_checkout(room: str) -> None:
    assert Path(str(importlib.import_module(room).__file__)) == _CHECKOUT / room / "__init__.py"


def test_the_distribution_is_hub12319_and_its_only_command_is_hub() -> None:
    ours = distribution("hub12319")
    commands = {(entry.name, entry.value) for entry in ours.entry_points if entry.group == "console_scripts"}
    assert (ours.name, commands) == ("hub12319", {("hub", "hub.cli:main")})


def test_no_other_distribution_of_a_room_s_name_is_installed() -> None:
    installed = {one for room in _ROOMS for one in importlib.metadata.packages_distributions().get(room, ())}
    assert installed <= {"hub12319"}
