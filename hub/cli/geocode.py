"""`hub geocode ...`."""

from __future__ import annotations

from collections.abc import Iterable

import click

from geocode import answer_shape, candidate_shape
from hub.cli.running import json_option, print_json, readable, run
from hub.wiring import Hub
from intake.errors import Invalid, NotFound
from intake.inbox import point_faults
from intake.model import Datum, GivenPoint, PlaceAnswer, PlaceCandidate


@click.group()
def geocode() -> None:
    """Place words to places, and back."""


@geocode.command()
@click.argument("text", callback=readable)
@json_option
def locate(text: str, as_json: bool) -> None:
    """Candidates for the places TEXT names, best first."""

    async def work(hub: Hub) -> PlaceAnswer:
        return hub.geocoder.locate(text)

    answer = run(work, as_json=as_json)
    if as_json:
        print_json(answer_shape(answer))
        return
    for one in answer.candidates:
        click.echo(_line(one))
    if answer.question:
        click.echo(answer.question)


@geocode.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--json", "as_json", is_flag=True, help="The same: batch always prints JSON.")
def batch(file: Iterable[bytes], as_json: bool) -> None:
    """One JSON object for each line of FILE (standard input by default), empty lines included."""

    async def work(hub: Hub) -> None:
        for line in file:
            print_json(answer_shape(hub.geocoder.locate(_clean(line))))

    run(work, as_json=True)


def _clean(line: bytes) -> str:
    """A line without its end, LF or CRLF; bytes that are no UTF-8 become replacement characters."""
    return line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "replace")


@geocode.command()
@click.argument("lon", type=float)
@click.argument("lat", type=float)
@click.option("--datum", type=click.Choice([str(one) for one in Datum]), required=True, help="Datum of the point.")
@json_option
def reverse(lon: float, lat: float, datum: str, as_json: bool) -> None:
    """The nearest address of a point."""

    async def work(hub: Hub) -> PlaceCandidate:
        point = GivenPoint(lon, lat, Datum(datum))
        if faults := point_faults(point):
            raise Invalid("经纬度不可能存在。", "There is no such point.", faults)
        found = hub.geocoder.reverse(point)
        if found is None:
            raise NotFound("这个位置不在本市范围内。", "This point is outside the county.")
        return found

    found = run(work, as_json=as_json)
    if as_json:
        print_json(candidate_shape(found))
    else:
        click.echo(_line(found))


@geocode.command("explain")
@click.argument("text", callback=readable)
@json_option
def explain_command(text: str, as_json: bool) -> None:
    """How TEXT was understood, step by step."""

    async def work(hub: Hub) -> list[str]:
        return hub.geocoder.explain(text)

    steps = run(work, as_json=as_json)
    if as_json:
        print_json({"text": text, "steps": steps})
        return
    for line in steps:
        click.echo(line)


def _line(one: PlaceCandidate) -> str:
    return f"{one.confidence:.2f}  {one.name}  {one.code12}  {one.cell}  {one.precision} ±{one.accuracy_metres:.0f}m"
