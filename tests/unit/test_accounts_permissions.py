"""Who may do what, as a table: a change of a role's rights is a change of this file."""

from __future__ import annotations

from pathlib import Path

from case_api.accounts import ALL_PERMISSIONS, PERMISSIONS, Role

CHECKOUT = Path(__file__).resolve().parents[2]
ROLES = "operator shift_leader dispatcher inspector unit camera evaluator manager admin"

TABLE = """
                 operator shift_leader dispatcher inspector unit camera evaluator manager admin
reports.submit   yes      yes          yes        yes       yes  yes    yes       yes     yes
reports.read     yes      yes          yes        -         -    -      -         yes     yes
reports.replay   -        yes          -          -         -    -      -         -       yes
desk.read        yes      yes          -          -         -    -      -         -       -
desk.resolve     yes      yes          -          -         -    -      -         -       -
cases.read       yes      yes          yes        yes       -    -      yes       yes     yes
cases.history    yes      yes          yes        -         -    -      yes       yes     yes
cases.dispatch   -        yes          yes        -         -    -      -         -       -
units.read       yes      yes          yes        yes       yes  yes    yes       yes     yes
stream.read      yes      yes          yes        -         -    -      -         yes     yes
metrics.read     -        -            -          -         -    -      -         yes     yes
limits.read      -        yes          -          -         -    -      -         yes     yes
limits.allow     -        yes          -          -         -    -      -         -       yes
tokens.manage    -        -            -          -         -    -      -         -       yes
accounts.manage  -        -            -          -         -    -      -         -       yes
"""


def test_each_role_may_do_what_the_table_says_and_nothing_else() -> None:
    header, *lines = [line.split() for line in TABLE.strip().splitlines()]
    expected = {
        role: frozenset(line[0] for line in lines if line[column + 1] == "yes") for column, role in enumerate(header)
    }
    assert {str(role): held for role, held in PERMISSIONS.items()} == expected
    assert tuple(line[0] for line in lines) == ALL_PERMISSIONS


def test_the_roles_are_those_the_doors_name() -> None:
    assert " ".join(Role) == ROLES


def test_every_permission_guards_something_that_is_there() -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for room in ("case_api", "hub", "intake")
        for path in (CHECKOUT / room).rglob("*.py")
        if path.name != "roles.py"
    ]
    assert [one for one in ALL_PERMISSIONS if not any(f'"{one}"' in source for source in sources)] == []
