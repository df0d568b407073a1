"""`hub report ...` and `hub trace`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from case_api.views import ReportView, TraceView
from hub.cli.running import json_option, print_json, run
from hub.wiring import Hub
from hub.worker_lock import worker_lock
from intake.errors import FieldFault, Invalid, NotFound
from intake.ids import new_report_id
from intake.model import Contact, Correction, Origin, Receipt, Report
from intake.model.contact import normalise_phone

_PAGE = 200


@click.group()
def report() -> None:
    """Reports: submit, list, replay."""


@report.command()
@click.argument("text")
@click.option("--phone", help="The citizen's number.")
@click.option("--external-id", help="Idempotency key within the channel; a fresh one by default.")
@click.option("--channel", default="cli", show_default=True, help="The channel it came by.")
@json_option
def submit(text: str, phone: str | None, external_id: str | None, channel: str, as_json: bool) -> None:
    """Submit TEXT as a citizen's report."""

    async def work(hub: Hub) -> Receipt:
        now = hub.clock.now()
        report_id = new_report_id(now)
        told = Report(
            id=report_id,
            origin=Origin(channel, external_id or report_id, now),
            contact=Contact(phone=_phone(phone)),
            text=text,
        )
        raw = text.encode("utf-8", "surrogatepass")
        receipt = await hub.inbox.accept(told, raw, keep_conflict=external_id is not None)
        await _process_if_alone(hub)
        return receipt

    receipt = run(work, as_json=as_json)
    if as_json:
        print_json(receipt_fields(receipt))
    else:
        click.echo(f"已收到，查询号 {receipt.tracking_number}，查询码 {receipt.tracking_secret}")


def receipt_fields(receipt: Receipt) -> dict[str, Any]:
    """A receipt as the doors fix it."""
    return {
        "report_id": receipt.report_id,
        "tracking_number": receipt.tracking_number,
        "tracking_secret": receipt.tracking_secret,
        "channel": receipt.channel,
        "external_id": receipt.external_id,
        "received_at": receipt.received_at.isoformat(timespec="milliseconds"),
        "replayed": receipt.replayed,
    }


def _phone(spelling: str | None) -> str | None:
    if spelling is None:
        return None
    digits = normalise_phone(spelling)
    if digits is None:
        fault = FieldFault("/phone", "应为5到20位数字的电话号码。", "A telephone number has 5 to 20 digits.")
        raise Invalid("电话号码不正确。", "The telephone number is not right.", (fault,))
    return digits


async def _process_if_alone(hub: Hub) -> None:
    """Without a running hub nobody would wake up: settle here what waits."""
    with worker_lock(hub.settings.data) as alone:
        if alone:
            while await hub.worker.work_once():
                pass
            await hub.anchors.anchor_new()


@report.command("list")
@click.option("--status", type=click.Choice(["waiting", "parked", "settled"]), help="Only these.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1, 100_000), help="At most so many.")
@json_option
def list_reports(status: str | None, limit: int, as_json: bool) -> None:
    """Reports, newest first."""

    async def work(hub: Hub) -> list[ReportView]:
        found: list[ReportView] = []
        cursor: str | None = None
        while len(found) < limit:
            page = await hub.report_reader.page(status, cursor, min(_PAGE, limit - len(found)))
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        return found

    reports = run(work, as_json=as_json)
    if as_json:
        print_json(reports)
        return
    for one in reports:
        told = one.parked_reason or one.case_number or one.outcome or one.status
        click.echo(f"{one.id}  {one.tracking_number}  {one.status:8}  {told}  {one.text[:40]}")


@report.command()
@click.argument("report_id")
@click.option(
    "--correct", "corrections", multiple=True, metavar="FIELD=VALUE", help="text, place_words, category, point"
)
@json_option
def replay(report_id: str, corrections: tuple[str, ...], as_json: bool) -> None:
    """Let a parked report be processed again, with corrections beside it."""

    async def work(hub: Hub) -> ReportView:
        now = hub.clock.now()
        await hub.reports.replay(report_id, [_correction(words, now) for words in corrections])
        await _process_if_alone(hub)
        return await hub.report_reader.one(report_id)

    replayed = run(work, as_json=as_json)
    if as_json:
        print_json(replayed)
    else:
        click.echo(f"{replayed.id}  {replayed.status}  {replayed.case_number or replayed.outcome or ''}")


def _correction(words: str, now: datetime) -> Correction:
    field, separator, value = words.partition("=")
    if not separator:
        raise Invalid(f"更正应写成 字段=值：{words}", f"A correction is written FIELD=VALUE: {words}")
    return Correction(field, value, "cli", now)


@click.command()
@click.argument("number")
@json_option
def trace(number: str, as_json: bool) -> None:
    """Why a report (by id) or the reports of a case (by number) became what they are."""

    async def work(hub: Hub) -> list[TraceView]:
        try:
            return [await hub.report_reader.trace(number)]
        except NotFound:
            found = await hub.case_reader.one(number)
            return [await hub.report_reader.trace(report_id) for report_id in found.report_ids]

    traces = run(work, as_json=as_json)
    if as_json:
        print_json(
            traces[0] if len(traces) == 1 else {"case_number": number, "reports": [one.model_dump() for one in traces]}
        )
        return
    for one in traces:
        click.echo(f"{one.report_id} -> {one.outcome or '等待处理'} {one.case_number or ''}")
        for step in one.steps:
            click.echo(f"  {step['step']:9} {step['found']}")
            for reason in step["reasons"]:
                click.echo(f"            - {reason}")
