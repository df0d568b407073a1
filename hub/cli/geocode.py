"""`hub geocode ...`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from io import BufferedReader

import click
import orjson

from geocode import Explanation, answer_shape, candidate_shape, explanation_shape
from hub.cli.running import json_option, print_json, readable, run
from hub.wiring import Hub
from intake.errors import Invalid, NotFound
from intake.inbox import point_faults
from intake.model import Datum, GivenPoint, PlaceAnswer, PlaceCandidate

BLOCK_BYTES = 65_536

LOCAL = "local"


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
def batch(file: BufferedReader, as_json: bool) -> None:
    """One JSON object for each line of FILE (standard input by default), empty lines included."""

    async def work(hub: Hub) -> None:
        locate_line = hub.geocoder.city.locate
        rest = b""
        # What has arrived is answered before more is waited for: a program may talk to it line by line.
        while block := file.read1(BLOCK_BYTES):
            *lines, rest = (rest + block).split(b"\n")
            _print_answers(locate_line(_clean(line)) for line in lines)
        if rest:
            _print_answers([locate_line(_clean(rest))])

    run(work, as_json=True)


def _print_answers(answers: Iterable[PlaceAnswer]) -> None:
    """One object a line: the keys of `AnswerShape`, written without a model between, for there may be millions."""
    lines = [orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE) for answer in answers]
    sys.stdout.buffer.write(b"".join(lines))
    sys.stdout.buffer.flush()


def _clean(line: bytes) -> str:
    """A line without its LF, and without the CR before that; bytes that are no UTF-8 become replacement characters."""
    return line.removesuffix(b"\r").decode("utf-8", "replace")


@geocode.command()
@click.argument("lon", type=float)
@click.argument("lat", type=float)
@click.option(
    "--datum",
    type=click.Choice([*(str(one) for one in Datum), LOCAL]),
    required=True,
    help="Datum of the point; local: east and north in metres of the plane that city.toml names.",
)
@json_option
def reverse(lon: float, lat: float, datum: str, as_json: bool) -> None:
    """The nearest address of a point, with its x and y in the local plane."""

    async def work(hub: Hub) -> tuple[PlaceCandidate, tuple[float, float]]:
        local = hub.geocoder.city.local
        point = local.given(lon, lat) if datum == LOCAL else GivenPoint(lon, lat, Datum(datum))
        if faults := point_faults(point):
            raise Invalid("经纬度不可能存在。", "There is no such point.", faults)
        found = hub.geocoder.reverse(point)
        if found is None:
            suspected = hub.geocoder.suspect_datum(point)
            zh, en = (f"，坐标可能是{suspected}", f"; it may be in {suspected}") if suspected else ("", "")
            raise NotFound(f"这个位置不在本市范围内{zh}。", f"This point is outside the county{en}.")
        return found, local.of(point)

    found, (x, y) = run(work, as_json=as_json)
    if as_json:
        print_json({**candidate_shape(found).model_dump(mode="json"), "x": round(x, 3), "y": round(y, 3)})
    else:
        click.echo(_line(found))


@geocode.command("explain")
@click.argument("text", callback=readable)
@json_option
def explain_command(text: str, as_json: bool) -> None:
    """How TEXT was understood, step by step."""

    async def work(hub: Hub) -> Explanation:
        return hub.geocoder.explain(text)

    explanation = run(work, as_json=as_json)
    if as_json:
        print_json(explanation_shape(explanation))
        return
    for line in explanation.steps:
        click.echo(line)
    for span in explanation.spans:
        click.echo(f"  [{span.start}, {span.end})  {text[span.start : span.end]}  {span.role}  {span.words}")


def _line(one: PlaceCandidate) -> str:
    return f"{one.confidence:.2f}  {one.name}  {one.code12}  {one.cell}  {one.precision} ±{one.accuracy_metres:.0f}m"
