"""The accounts of a demo: one for each role, with random secrets in a file that only its owner reads."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from case_api.accounts.accounts import Accounts
from case_api.accounts.roles import ROLE_NAMES, Role
from intake.errors import NotFound

_TOKEN_DAYS = 366


class DemoAccount(BaseModel):
    """One account of the file."""

    model_config = ConfigDict(frozen=True)

    user: str
    password: str
    token: str


_FILE: TypeAdapter[dict[Role, DemoAccount]] = TypeAdapter(dict[Role, DemoAccount])


async def write_demo_accounts(accounts: Accounts, path: Path) -> Mapping[Role, DemoAccount]:
    """Make sure of one working account for each role, named after it, and of the file that says so (mode 0600).

    What the file says and still works stays as it is; what does not is made anew, in the database and in the file.
    """
    noted = await asyncio.to_thread(_read, path)
    async with asyncio.TaskGroup() as group:
        checks = {role: group.create_task(_works(accounts, role, noted.get(role))) for role in Role}
    working = {role: noted[role] for role, check in checks.items() if check.result()}
    for role in Role:
        if role not in working:
            working[role] = await _renew(accounts, role)
    if working != noted:
        await asyncio.to_thread(_write, path, working)
    await asyncio.to_thread(path.chmod, 0o600)
    return working


async def _works(accounts: Accounts, role: Role, noted: DemoAccount | None) -> bool:
    if noted is None:
        return False
    principal = await accounts.of_token(noted.token)
    if principal is None or (principal.user, principal.role) != (noted.user, role):
        return False
    return await accounts.right_password(noted.user, noted.password)


async def _renew(accounts: Accounts, role: Role) -> DemoAccount:
    user, password = str(role), secrets.token_urlsafe(12)
    try:
        await accounts.user(user)
    except NotFound:
        await accounts.add_user(user, password, role, ROLE_NAMES[role][0])
    else:
        await accounts.set_role(user, role)
        await accounts.set_password(user, password)
        await accounts.enable(user)
        for old in await accounts.list_tokens(user):
            await accounts.revoke_token(old.id)
    issued = await accounts.issue_token(user, "demo", days=_TOKEN_DAYS)
    return DemoAccount(user=user, password=password, token=issued.token)


def _read(path: Path) -> dict[Role, DemoAccount]:
    try:
        return _FILE.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}


def _write(path: Path, working: Mapping[Role, DemoAccount]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    text = json.dumps({role.value: working[role].model_dump() for role in Role}, ensure_ascii=False, indent=2)
    handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    finally:
        beside.unlink(missing_ok=True)
