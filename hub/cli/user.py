"""`hub user ...`."""

from __future__ import annotations

import secrets

import click

from case_api.accounts import Role, write_demo_accounts
from hub.cli.running import json_option, print_json, run
from hub.wiring import Hub

_PASSWORD_BYTES = 12


@click.group()
def user() -> None:
    """People who may sign in."""


@user.command()
@click.argument("name")
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
