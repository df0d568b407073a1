"""`hub city reload`."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from uuid import uuid4

import click

from geocode.serving import load_city
from hub.city_reload import Served, ask_for_reload, told_by_processes
from hub.cli.running import json_option, print_json, supervised
from hub.settings import read_settings

_LOOK_SECONDS = 0.2


@click.command()
@click.option("--wait", "wait_seconds", default=60.0, show_default=True, help="Longest wait for the hub, in seconds.")
@json_option
def reload(wait_seconds: float, as_json: bool) -> None:
    """Let a running hub take the changed city pack without a restart; exit 1 when it is refused.

    Places, door numbers, roads, divisions, cells and grids are taken; categories, units, limits and holidays need a
    restart. A pack with faults is not even offered.
    """
    with supervised(as_json=as_json):
        settings = read_settings(os.environ)
        version = load_city(settings.city, datetime.now(UTC)).version
        name = uuid4().hex
        running = {served.process for served in told_by_processes(settings.data)}
        ask_for_reload(settings.data, name)
        ends_at = time.monotonic() + wait_seconds
        answered: list[Served] = []
        while running and time.monotonic() < ends_at:
            served = told_by_processes(settings.data)
            answered = [one for one in served if one.seen == name]
            if {one.process for one in served} <= {one.process for one in answered}:
                break
            time.sleep(_LOOK_SECONDS)
    silent = running - {one.process for one in answered}
    _tell(version, answered, silent, as_json=as_json)


def _tell(version: str, answered: list[Served], silent: set[str], *, as_json: bool) -> None:
    is_done = not silent and not any(one.is_refused for one in answered)
    if as_json:
        processes = [
            {"role": one.role, "process": one.process, "version": one.version, "faults": list(one.refused)}
            for one in answered
        ]
        print_json({"ok": is_done, "version": version, "processes": processes, "silent": sorted(silent)})
    else:
        for one in answered:
            words = "；".join(one.refused)
            click.echo(
                f"{one.role} {one.process}：" + (f"未采用，仍用 {one.version}：{words}" if words else one.version)
            )
        for process in sorted(silent):
            click.echo(f"{process}：尚未应答 / no answer yet")
        if not answered and not silent:
            click.echo(
                f"数据包 {version} 完好；没有正在运行的系统，下次启动时生效 / no hub runs: taken at its next start"
            )
    if not is_done:
        sys.exit(1)
