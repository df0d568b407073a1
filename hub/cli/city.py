"""`hub city ...`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from case_api.casepack import read_case_pack
from case_api.catalogue import CityLearning
from geocode import check_geography
from hub.cli.city_load import load, raster
from hub.cli.city_reload import reload
from hub.cli.running import json_option, print_json, supervised
from intake.channels.web.choices import read_choices
from intake.pack import Fault, Faults


@click.group()
def city() -> None:
    """City packs."""


city.add_command(load)
city.add_command(raster)
city.add_command(reload)


@city.command()
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
def check(folder: Path, as_json: bool) -> None:
    """Name every fault of the city pack in FOLDER with file, line and reason; exit 1 when there is one."""
    with supervised(as_json=as_json):
        faults = faults_of(folder)
    found, warnings = sorted(set(faults.found)), sorted(set(faults.warnings))
    if as_json:
        print_json({"ok": not found, "faults": _fields(found), "warnings": _fields(warnings)})
    else:
        for fault in warnings:
            click.echo(f"注意 {fault}", err=True)
        for fault in found:
            click.echo(f"错误 {fault}")
        click.echo(f"{len(found)} 处错误，{len(warnings)} 处注意" if found else "数据包完好")
    if found:
        sys.exit(1)


def faults_of(folder: Path) -> Faults:
    """Everything that is wrong with the pack of a folder."""
    faults = Faults()
    if folder.is_dir():
        check_geography(folder, faults)
        pack = read_case_pack(folder, faults)
        if pack is not None:
            CityLearning.read(folder, pack.classifier, faults).check(faults)
        read_choices(folder, faults, lambda key: pack is None or pack.catalogue.find(key) is not None)
    else:
        faults.add(folder, 0, "is not a folder")
    return faults


def _fields(faults: list[Fault]) -> list[dict[str, str | int]]:
    return [{"file": fault.file, "line": fault.line, "reason": fault.reason} for fault in faults]
