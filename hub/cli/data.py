"""`hub migrate` and `hub history verify`."""

from __future__ import annotations

import sys

import click

from case_api.store.migrate import newest_revision
from case_api.store.verify import Proof, verify_history
from hub.cli.running import json_option, print_json, run
from hub.wiring import Hub


@click.command()
@json_option
def migrate_command(as_json: bool) -> None:
    """Bring the database to the newest schema."""

    async def work(hub: Hub) -> str:
        return str(hub.database.engine.url.render_as_string(hide_password=True))

    url = run(work, as_json=as_json)
    if as_json:
        print_json({"database": url, "revision": newest_revision()})
    else:
        click.echo(f"{url} 已是最新结构 {newest_revision()}")


@click.group()
def history() -> None:
    """The history of cases."""


@history.command()
@json_option
def verify(as_json: bool) -> None:
    """Recompute every hash and compare with the anchors; exit 1 when anything was changed or cut off."""

    async def work(hub: Hub) -> Proof:
        journal = hub.anchors.journal
        return await hub.database.read(lambda connection: verify_history(connection, journal))

    proof = run(work, as_json=as_json)
    if as_json:
        figures = {"ok": proof.ok, "cases": proof.cases, "events": proof.events, "anchors": proof.anchors}
        print_json({**figures, "faults": proof.faults})
    else:
        click.echo(f"核对案卷{proof.cases}件，历史{proof.events}条，锚点{proof.anchors}个")
        for fault in proof.faults:
            click.echo(f"  {fault}")
        click.echo("历史完整" if proof.ok else "历史不完整")
    if not proof.ok:
        sys.exit(1)
