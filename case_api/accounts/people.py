"""Accounts in the database: functions of a connection."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from case_api.accounts.roles import Role
from case_api.accounts.shapes import UserView
from case_api.accounts.tables import ACCOUNT, SESSION
from intake.errors import FieldFault, Invalid, NotAllowedNow, NotFound
from intake.http import CHINA

_USER = re.compile(r"[a-z][a-z0-9_.\-]{1,39}")


def check_user(user: str, role: str, display_name: str) -> None:
    """Raises Invalid, naming the fields, for a name, role or display name that cannot be."""
    faults = []
    if not _USER.fullmatch(user):
        faults.append(FieldFault("/user", "用户名须为 2-40 个小写字母、数字或 _.-。", "2-40 of a-z, 0-9 and _.-"))
    if role not in set(Role):
        names = ", ".join(Role)
        faults.append(FieldFault("/role", f"角色只能是：{names}。", f"The role must be one of {names}."))
    if not 1 <= len(display_name) <= 40:
        faults.append(FieldFault("/display_name", "姓名须为 1-40 个字。", "The name has 1-40 characters."))
    if faults:
        raise Invalid("账号信息有误。", "The account cannot be made so.", tuple(faults))


def add(connection: Connection, row: dict[str, object]) -> None:
    """Insert an account. Raises NotAllowedNow when the name is taken."""
    if connection.execute(select(ACCOUNT.c.user_name).where(ACCOUNT.c.user_name == row["user_name"])).first():
        raise NotAllowedNow("该用户名已被使用，请换一个。", "That user name is taken: choose another.")
    connection.execute(insert(ACCOUNT).values(row))


def change(connection: Connection, user: str, values: dict[str, object]) -> None:
    """Change an account and end its sessions. Raises NotFound."""
    if connection.execute(update(ACCOUNT).where(ACCOUNT.c.user_name == user).values(values)).rowcount == 0:
        raise unknown_user(user)
    connection.execute(delete(SESSION).where(SESSION.c.user_name == user))


def one(connection: Connection, user: str) -> UserView:
    """One account. Raises NotFound."""
    row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.user_name == user)).mappings().first()
    if row is None:
        raise unknown_user(user)
    return _view(dict(row))


def listed(connection: Connection) -> Sequence[UserView]:
    """All accounts by name."""
    rows = connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.user_name)).mappings()
    return [_view(dict(row)) for row in rows]


def unknown_user(user: str) -> NotFound:
    """What is said of a name that nobody has."""
    return NotFound(f"没有账号 {user}。", f"There is no account {user}.")


def _view(row: dict[str, object]) -> UserView:
    return UserView(
        user=str(row["user_name"]),
        display_name=str(row["display_name"]),
        role=Role(str(row["role"])),
        disabled=row["disabled_ms"] is not None,
        created_at=moment(int(str(row["created_ms"]))),
    )


def moment(milliseconds: int) -> datetime:
    """The aware moment of a `*_ms` column."""
    return datetime.fromtimestamp(milliseconds / 1000, CHINA)
