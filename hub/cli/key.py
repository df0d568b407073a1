"""`hub key ...`."""

from __future__ import annotations

import click

from case_api.store.installation_key import renew_lost_key
from hub.cli.running import json_option, print_json, run
from hub.wiring import Hub


@click.group()
def key() -> None:
    """The key of all personal data."""


@key.command()
@click.option("--lost-for-good", is_flag=True, required=True, help="Yes: nobody has a copy of the old key.")
@json_option
def renew(lost_for_good: bool, as_json: bool) -> None:
    """Make a new secret.key in place of one that is lost: contacts sealed with the old one are never opened again."""

    async def work(hub: Hub) -> str:
        path = hub.settings.data / "secret.key"
        renew_lost_key(hub.database, path)
        return str(path)

    path = run(work, as_json=as_json)
    if as_json:
        print_json({"file": path})
    else:
        click.echo(f"已生成新密钥 new key: {path}")
