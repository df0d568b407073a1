"""`hub geocode ...`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from geocode import answer_shape, candidate_shape
from hub.cli.running import json_option, print_json, run
from hub.wiring import Hub
from intake.errors import NotFound
from intake.model import Datum, GivenPoint, PlaceAnswer, PlaceCandidate


@click.group()
def geocode() -> None:
    """Place words to places, and back."""


@geocode.command()
@click.argument("text")
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
@click.argument("file", type=click.File("r", encoding="utf-8", errors="surrogateescape"), default="-")
def batch(file: Iterable[str]) -> None:
    """One JSON object for each line of FILE (standard input by default), empty lines included."""

    async def work(hub: Hub) -> None:
        for line in file:
            print_json(answer_shape(hub.geocoder.locate(_clean(line))))

    run(work, as_json=True)


def _clean(line: str) -> str:
    """A line without its end; bytes that are no UTF-8 become replacement characters."""
    return line.rstrip("\r\n").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@geocode.command()
@click.argument("lon", type=float)
@click.argument("lat", type=float)
@click.option("--datum", type=click.Choice([str(one) for one in Datum]), required=True, help="Datum of the point.")
@json_option
def reverse(lon: float, lat: float, datum: str, as_json: bool) -> None:
    """The nearest address of a point."""

    async def work(hub: Hub) -> PlaceCandidate:
        found = hub.geocoder.reverse(GivenPoint(lon, lat, Datum(datum)))
        if found is None:
            raise NotFound("这个位置不在本市范围内。", "This point is outside the county.")
        return found

    found = run(work, as_json=as_json)
    if as_json:
        print_json(candidate_shape(found))
    else:
        click.echo(_line(found))


@geocode.command("explain")
@click.argument("text")
def explain_command(text: str) -> None:
    """How TEXT was understood, step by step."""

    async def work(hub: Hub) -> list[str]:
        return hub.geocoder.explain(text)

    for line in run(work, as_json=False):
        click.echo(line)
    sys.stdout.flush()


def _line(one: PlaceCandidate) -> str:
    return f"{one.confidence:.2f}  {one.name}  {one.code12}  {one.cell}  {one.precision} ±{one.accuracy_metres:.0f}m"
