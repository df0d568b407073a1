"""`hub health`: is the hub that runs here ready; for the health check of a container."""

from __future__ import annotations

import http.client
import json
import os
import sys

import click

from hub.settings import Settings, read_settings
from intake.errors import HubError

_PATIENCE_SECONDS = 8.0


@click.command()
@click.option("--alive", is_flag=True, help="Ask only whether the process answers, not whether every part is up.")
def health(*, alive: bool) -> None:
    """Ask the role that runs here how it is; exit 1 when it is not ready or nobody answers."""
    try:
        settings = read_settings(os.environ)
    except HubError as error:
        click.echo(f"{error.zh}\n{error.en}", err=True)
        sys.exit(1)
    well, words = _ask_first_that_answers(settings, "/healthz" if alive else "/readyz")
    click.echo(words)
    sys.exit(0 if well else 1)


def _ask_first_that_answers(settings: Settings, path: str) -> tuple[bool, str]:
    """A role without pages answers at `health.port`, all others at `http.port`: one of them runs in a container."""
    places = [(settings.health.host, settings.health.port), (settings.http.host, settings.http.port)]
    words = []
    for host, port in places:
        if port == 0:
            continue
        address = f"{_here(host)}:{port}"
        try:
            return _ask(_here(host), port, path)
        except (OSError, http.client.HTTPException) as error:
            words.append(f"{address}: {str(error) or type(error).__name__}")
    return False, "没有应答 / no answer: " + "; ".join(words)


def _here(host: str) -> str:
    """Where to reach what listens on this address: on all of them means on loopback too."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a name, no listening


def _ask(host: str, port: int, path: str) -> tuple[bool, str]:
    connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status == 200, _faults(answer.read()) or f"{host}:{port} {answer.status}"
    finally:
        connection.close()


def _faults(body: bytes) -> str:
    """The parts that are not ready, one a line."""
    parts = json.loads(body).get("parts", [])
    return "\n".join(f"{part['name']}: {part['fault']}" for part in parts if part["fault"])
