"""`hub user ...`: people and their tokens. Whoever may write the data folder is their administrator."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import click

from case_api.accounts import ALL_PERMISSIONS, IssuedToken, Role, UserView, write_demo_accounts
from hub.cli.running import json_option, print_json, readable, run
from hub.wiring import Hub

_PASSWORD_BYTES = 12
_LONGEST_DAYS = 366
name_argument = click.argument("name", callback=readable)


@click.group()
def user() -> None:
    """People who may sign in, and their tokens."""


@user.command()
@name_argument
@click.option("--role", required=True, type=click.Choice([str(one) for one in Role]), help="The post.")
@click.option("--display-name", default="", help="The name that is shown.")
@json_option
def add(name: str, role: str, display_name: str, as_json: bool) -> None:
    """Add NAME with a fresh password, which is printed once."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)

    async def work(hub: Hub) -> None:
        await hub.accounts.add_user(name, password, role, display_name or name)

    run(work, as_json=as_json)
    if as_json:
        print_json({"user": name, "role": role, "password": password})
    else:
        click.echo(f"{name}（{role}）的密码：{password}")


@user.command("list")
@json_option
def list_users(as_json: bool) -> None:
    """Everybody, by name."""

    async def work(hub: Hub) -> Sequence[UserView]:
        return await hub.accounts.list_users()

    people = run(work, as_json=as_json)
    if as_json:
        print_json(people)
        return
    for one in people:
        click.echo(_line(one))


@user.command()
@name_argument
@json_option
def disable(name: str, as_json: bool) -> None:
    """Close the account NAME: its sessions end and its tokens open nothing."""

    async def work(hub: Hub) -> UserView:
        await hub.accounts.disable(name)
        return await hub.accounts.user(name)

    _tell(run(work, as_json=as_json), as_json=as_json)


@user.command()
@name_argument
@json_option
def enable(name: str, as_json: bool) -> None:
    """Open the closed account NAME again."""

    async def work(hub: Hub) -> UserView:
        await hub.accounts.enable(name)
        return await hub.accounts.user(name)

    _tell(run(work, as_json=as_json), as_json=as_json)


@user.command("password")
@name_argument
@json_option
def fresh_password(name: str, as_json: bool) -> None:
    """Set a fresh password for NAME, which is printed once; the sessions of the account end."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)

    async def work(hub: Hub) -> None:
        await hub.accounts.set_password(name, password)

    run(work, as_json=as_json)
    if as_json:
        print_json({"user": name, "password": password})
    else:
        click.echo(f"{name} 的新密码：{password}")


@user.command()
@name_argument
@click.option("--label", required=True, help="What the token is for, such as the name of the program.")
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    required=True,
    type=click.Choice(ALL_PERMISSIONS),
    help="What it may do; any number of times.",
)
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, _LONGEST_DAYS), help="How long it lasts.")
@json_option
def token(name: str, label: str, permissions: tuple[str, ...], days: int, as_json: bool) -> None:
    """Issue a token of NAME for a program, with these permissions only; it is printed once."""

    async def work(hub: Hub) -> IssuedToken:
        return await hub.accounts.issue_token(name, label, permissions, days)

    issued = run(work, as_json=as_json)
    if as_json:
        print_json(issued)
    else:
        click.echo(f"{name} 的令牌（{'、'.join(issued.permissions)}，至 {issued.expires_at:%Y-%m-%d}）：{issued.token}")


@user.command()
@json_option
def demo(as_json: bool) -> None:
    """One account for each role, written to demo-accounts.json in the data folder (mode 0600)."""

    async def work(hub: Hub) -> str:
        path = hub.settings.data / "demo-accounts.json"
        await write_demo_accounts(hub.accounts, path)
        return str(path)

    path = run(work, as_json=as_json)
    if as_json:
        print_json({"file": path})
    else:
        click.echo(f"演示账号 demo accounts: {path}")


def _tell(one: UserView, *, as_json: bool) -> None:
    if as_json:
        print_json(one)
    else:
        click.echo(_line(one))


def _line(one: UserView) -> str:
    state = "已停用 closed" if one.disabled else "启用 open"
    return f"{one.user}  {one.role}  {one.display_name}  {state}  {one.created_at:%Y-%m-%d}"
