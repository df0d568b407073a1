"""`hub case ...`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from case_api.services import CaseFilter
from case_api.views import CaseDetailView, CaseView, EventView
from hub.cli.running import json_option, plain, print_json, readable, run
from hub.wiring import Hub

_PAGE = 200
_EVENTS = {"opened": "立案", "report_attached": "诉求并入", "chased_up": "催单", "dispatched": "派遣"}


@click.group()
def case() -> None:
    """Cases: list, show."""


@case.command("list")
@click.option("--state", help="Only cases in this state.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many.")
@json_option
def list_cases(state: str | None, limit: int, as_json: bool) -> None:
    """Open cases by due time."""

    async def work(hub: Hub) -> list[CaseView]:
        found: list[CaseView] = []
        cursor: str | None = None
        while len(found) < limit:
            page = await hub.case_reader.page(CaseFilter(state=state), cursor, min(_PAGE, limit - len(found)))
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        return found

    cases = run(work, as_json=as_json)
    if as_json:
        print_json(cases)
        return
    for one in cases:
        click.echo(
            f"{one.number}  {one.state_name}  {one.category.name}  {one.location.address}  {one.unit.name}  "
            f"{one.due_at:%m-%d %H:%M}  {one.report_count}件诉求",
        )


@case.command()
@click.argument("number", callback=readable)
@json_option
def show(number: str, as_json: bool) -> None:
    """One case with its history."""

    async def work(hub: Hub) -> tuple[CaseDetailView, Sequence[EventView]]:
        return await hub.case_reader.one(number), await hub.case_reader.history(number)

    found, history = run(work, as_json=as_json)
    if as_json:
        print_json({**plain(found), "history": plain(history)})
    else:
        _tell(found, history)


def _tell(found: CaseDetailView, history: Sequence[EventView]) -> None:
    location, category = found.location, found.category
    click.echo(f"案卷 {found.number}  {found.state_name}  诉求 {found.report_count} 件")
    click.echo(f"  {found.text}")
    click.echo(f"  {category.kind} {category.class_name} {category.name}（{found.condition}）")
    click.echo(f"  {location.address}  {location.code12}  单元网格 {location.cell}  ±{location.accuracy_metres:.0f} 米")
    click.echo(f"  责任单位 {found.unit.name}  期限 {found.due_at:%Y-%m-%d %H:%M}")
    for title, lines in (("类别", found.reasons.category), ("单位", found.reasons.unit), ("期限", found.reasons.due)):
        click.echo(f"  为什么是这个{title}")
        for line in lines:
            click.echo(f"    - {line}")
    for one in found.alternatives:
        click.echo(f"  也可能是 {one.category.name}（把握{one.confidence:.2f}）")
    click.echo("  历史")
    for event in history:
        words = _EVENTS.get(event.kind, event.kind)
        click.echo(
            f"    {event.at:%Y-%m-%d %H:%M:%S}  {words}  {event.by}  {event.payload.get('report_id', '')}".rstrip()
        )
