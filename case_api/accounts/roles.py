"""Who may do what. One row a permission, one letter a role that has it: the whole table fits on a screen."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """The posts of a 12319 centre and its partners."""

    OPERATOR = "operator"
    SHIFT_LEADER = "shift_leader"
    DISPATCHER = "dispatcher"
    INSPECTOR = "inspector"
    UNIT = "unit"
    CAMERA = "camera"
    EVALUATOR = "evaluator"
    MANAGER = "manager"
    ADMIN = "admin"


ROLE_NAMES: Mapping[Role, tuple[str, str]] = {
    Role.OPERATOR: ("坐席", "Operator"),
    Role.SHIFT_LEADER: ("值班长", "Shift leader"),
    Role.DISPATCHER: ("派遣员", "Dispatcher"),
    Role.INSPECTOR: ("采集员", "Inspector"),
    Role.UNIT: ("责任单位", "Responsible unit"),
    Role.CAMERA: ("视频巡查员", "Camera watcher"),
    Role.EVALUATOR: ("评价员", "Evaluator"),
    Role.MANAGER: ("中心领导", "Manager"),
    Role.ADMIN: ("系统管理员", "Administrator"),
}

_LETTERS: Mapping[str, Role] = dict(zip("OSDIUCEMA", Role, strict=True))

# O operator, S shift leader, D dispatcher, I inspector, U unit, C camera, E evaluator, M manager, A admin
_TABLE: Mapping[str, str] = {
    "reports.submit": "OSDIUCEMA",
    "reports.read": "OSD....MA",
    "reports.replay": ".S......A",
    "desk.read": "OS.......",
    "desk.resolve": "OS.......",
    "cases.read": "OSDI..EMA",
    "cases.history": "OSD...EMA",
    "cases.dispatch": ".SD......",
    "units.read": "OSDIUCEMA",
    "stream.read": "OSD....MA",
    "metrics.read": ".......MA",
    "limits.read": ".S.....MA",
    "limits.allow": ".S......A",
    "tokens.manage": "........A",
    "accounts.manage": "........A",
}

PERMISSIONS: Mapping[Role, frozenset[str]] = {
    role: frozenset(permission for permission, letters in _TABLE.items() if letter in letters)
    for letter, role in _LETTERS.items()
}

ALL_PERMISSIONS: tuple[str, ...] = tuple(_TABLE)


def permissions_of(role: str) -> frozenset[str]:
    """What a role may do; nothing for a role that is not known."""
    return PERMISSIONS[Role(role)] if role in set(Role) else frozenset()
