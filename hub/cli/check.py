"""`hub check`: everything reachable and configured, each fault with its remedy."""

from __future__ import annotations

import sys

import click

from hub.checkup import check_installation
from hub.cli.running import json_option, print_json, run


@click.command()
@json_option
def check(as_json: bool) -> None:
    """Check that everything is reachable and configured; exit 1 when something is not."""
    findings = run(check_installation, as_json=as_json)
    if as_json:
        found = {"faults": findings.faults, "warnings": findings.warnings, "notes": findings.notes}
        print_json({"ok": not findings.faults, **found})
    else:
        for words in findings.notes:
            click.echo(f"情况 {words}")
        for words in findings.warnings:
            click.echo(f"注意 {words}")
        for words in findings.faults:
            click.echo(f"错误 {words}")
        click.echo("一切正常 all is well" if not findings.faults else f"{len(findings.faults)} 处错误")
    if findings.faults:
        sys.exit(1)
