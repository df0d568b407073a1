"""`hub serve`."""

from __future__ import annotations

import os

import click

from hub.cli.running import fail
from hub.logs import set_up_logs
from hub.serving import ROLES, serve_until_stopped
from hub.settings import read_settings
from intake.errors import HubError


@click.command()
@click.option("--role", type=click.Choice(ROLES), default="all", show_default=True, help="What this process does.")
@click.option("--link", type=int, hidden=True, help="File descriptor of the socket to the parent.")
def serve(role: str, link: int | None) -> None:
    """Start the hub in the foreground; TERM or Ctrl-C stops it."""
    try:
        settings = read_settings(os.environ)
        set_up_logs(settings.log, role)
        serve_until_stopped(settings, role, link)
    except HubError as error:
        fail(error, as_json=False)
