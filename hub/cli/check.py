"""`hub check`: everything reachable and configured, each fault with its remedy."""

from __future__ import annotations

import stat
import sys
from dataclasses import dataclass, field
from datetime import timedelta

import click

from case_api.store.installation_key import open_newest
from hub.cli.running import json_option, print_json, run
from hub.probes import probes
from hub.wiring import Hub
from intake.errors import HubError
from intake.http.health import ask

_CALENDAR_DAYS = 365
_PRIVATE = ("hub.db", "hub.db-wal", "hub.db-shm", "anchors.log", "demo-accounts.json")


@dataclass(slots=True)
class Findings:
    """What was found: faults keep the hub from working, warnings will matter some day."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@click.command()
@json_option
def check(as_json: bool) -> None:
    """Check that everything is reachable and configured; exit 1 when something is not."""
    findings = run(_check, as_json=as_json)
    if as_json:
        print_json({"ok": not findings.faults, "faults": findings.faults, "warnings": findings.warnings})
    else:
        for words in findings.warnings:
            click.echo(f"注意 {words}")
        for words in findings.faults:
            click.echo(f"错误 {words}")
        click.echo("一切正常 all is well" if not findings.faults else f"{len(findings.faults)} 处错误")
    if findings.faults:
        sys.exit(1)


async def _check(hub: Hub) -> Findings:
    findings = Findings()
    for probe in probes(hub):
        view = await ask(probe)
        if view.fault is not None:
            findings.faults.append(f"{view.name}: {view.fault}")
    broken = {words.partition(":")[0] for words in findings.faults}
    if "database" not in broken:
        await _check_key(hub, findings)
    _check_modes(hub, findings)
    if "city" not in broken:
        _check_calendar(hub, findings)
    return findings


async def _check_key(hub: Hub, findings: Findings) -> None:
    """The key belongs to this database and opens what was sealed last; nobody else may read it."""
    try:
        sealer = hub.sealer
        await hub.database.read(lambda connection: open_newest(connection, sealer))
    except HubError as error:
        findings.faults.append(f"secret.key: {error}")
    path = hub.settings.data / "secret.key"
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        findings.faults.append(f"secret.key: 他人可读，请运行 chmod 600 {path} / readable by others: chmod 600 {path}")


def _check_calendar(hub: Hub, findings: Findings) -> None:
    """Deadlines of next year must not be computed from weekends alone without anybody knowing."""
    today = hub.clock.now().date()
    in_a_year = today + timedelta(days=_CALENDAR_DAYS)
    findings.warnings += [f"holidays: {words}" for words in hub.pack.calendar.warnings_for(today, in_a_year)]


def _check_modes(hub: Hub, findings: Findings) -> None:
    """What lies in the data folder concerns its owner alone: an older file or folder may be open to others."""
    data = hub.settings.data
    files = [path for name in _PRIVATE for path in sorted(data.glob(name))]
    for path, mode in ((data, 700), *((file, 600) for file in files)):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            remedy = f"chmod {mode} {path}"
            findings.warnings.append(f"{path.name}: 他人可读，请运行 {remedy} / readable by others: {remedy}")
