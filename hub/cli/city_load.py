"""`hub city load FILE` and `hub city raster`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from geocode.loading import TABLES, LoadRequest, LoadResult, load_file, make_raster
from hub.cli.running import json_option, print_json, supervised
from hub.settings import read_settings

_SHOWN = 50
pack_option = click.option(
    "--pack", type=click.Path(path_type=Path), help="Folder of the city pack; HUB_CITY by default."
)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "table", type=click.Choice(TABLES), required=True, help="What the file holds.")
@click.option("--layer", default="", help="Layer of a file that has several.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=NAME", help="The file's name for a field.")
@click.option("--value", "values", multiple=True, metavar="FIELD=WORDS", help="One value of a field for every row.")
@click.option("--crs", default="", help="EPSG code, PROJ string, wgs84, cgcs2000, gcj02, bd09, or local.")
@click.option("--encoding", default="", help="Such as gbk, where the file does not say it.")
@click.option("--merge/--replace", default=True, help="Keep what the pack has beside it (default), or not.")
@pack_option
@json_option
def load(
    *,
    file: Path,
    table: str,
    layer: str,
    columns: Sequence[str],
    values: Sequence[str],
    crs: str,
    encoding: str,
    merge: bool,
    pack: Path | None,
    as_json: bool,
) -> None:
    """Take the rows of FILE into the city pack: CSV, GeoJSON, GeoPackage or Shapefile.

    Doubtful rows are named with their reason and left out. The old files stay as .bak. A running hub goes on with the
    old data until `hub city reload`.
    """
    with supervised(as_json=as_json):
        request = LoadRequest(
            file=file,
            pack=_folder(pack),
            table=table,
            layer=layer,
            columns=_pairs(columns),
            values=_pairs(values),
            crs=crs,
            encoding=encoding,
            merge=merge,
        )
        result = load_file(request, lambda words: click.echo(words, err=True))
    _tell(result, as_json=as_json)


@click.command()
@click.option("--community", "communities", multiple=True, metavar="CODE12", help="Only these; all by default.")
@click.option("--replace", is_flag=True, help="Number anew communities that have squares already.")
@pack_option
@json_option
def raster(communities: Sequence[str], replace: bool, pack: Path | None, as_json: bool) -> None:
    """Make unit grid cells of 100 m for communities that have none."""
    with supervised(as_json=as_json):
        result = make_raster(_folder(pack), communities, replace=replace)
    _tell(result, as_json=as_json)


def _folder(pack: Path | None) -> Path:
    return pack if pack is not None else read_settings(os.environ).city


def _pairs(words: Sequence[str]) -> dict[str, str]:
    pairs = dict(word.split("=", 1) for word in words if "=" in word)
    if len(pairs) < len(words):
        raise click.UsageError("写成 字段=列名，每个字段一次 / write FIELD=NAME, each field once")
    return pairs


def _tell(result: LoadResult, *, as_json: bool) -> None:
    if as_json:
        doubts = [{"file": one.file, "line": one.line, "reason": one.reason} for one in result.doubts]
        told = {"rows": result.rows, "taken": result.taken, "left_out": len(doubts), "files": list(result.files)}
        print_json({**told, "doubts": doubts})
        return
    for doubt in result.doubts[:_SHOWN]:
        click.echo(f"未采用 {doubt}")
    if len(result.doubts) > _SHOWN:
        click.echo(f"……另有 {len(result.doubts) - _SHOWN} 行未采用，--json 列出全部 / more: --json")
    click.echo(
        f"采用 {result.taken} 行，未采用 {len(result.doubts)} 行，已写入 {'、'.join(result.files)}。"
        "请运行 hub city check，再运行 hub city reload"
    )
