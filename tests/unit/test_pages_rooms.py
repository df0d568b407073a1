"""Where each role is led, and which doors it is shown."""

from __future__ import annotations

import pytest

from case_api.accounts.roles import PERMISSIONS, Role
from case_api.pages.rooms import DOORS, MISSING, doors_of, role_name, room_of
from intake.http import Principal

_NEEDED = {"/desk": "desk.read", "/dispatch": "cases.read"}


def _somebody(role: str, permissions: frozenset[str]) -> Principal:
    return Principal("x", "x", role, permissions, None, "session")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_led_to_a_page_that_it_may_see(role: Role) -> None:
    room = room_of(_somebody(role, PERMISSIONS[role]))
    own = {Role.OPERATOR: "/desk", Role.SHIFT_LEADER: "/dispatch", Role.DISPATCHER: "/dispatch"}
    assert room == own.get(role, "/rooms")
    assert _NEEDED.get(room) in {None, *PERMISSIONS[role]}
    assert (room == "/rooms") == (role in MISSING)


def test_only_doors_that_are_open_to_somebody_are_shown() -> None:
    paths = [door.path for door in doors_of(_somebody(Role.INSPECTOR, PERMISSIONS[Role.INSPECTOR]))]
    assert paths == ["/dispatch?state=all", "/", "/track", "/docs"]
    assert len(paths) < len(DOORS)


def test_a_role_that_nobody_knows_goes_by_its_own_name_to_the_landing_page() -> None:
    assert role_name("auditor") == ("auditor", "auditor")
    assert room_of(_somebody("auditor", frozenset())) == "/rooms"
