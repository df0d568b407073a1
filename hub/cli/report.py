"""`hub report ...` and `hub trace`."""

from __future__ import annotations

from typing import Any

import click
from pydantic import ValidationError

from case_api.api.reports import correction_faults
from case_api.api.shapes import CorrectionBody
from case_api.views import ReportView, TraceView
from hub.cli.running import json_option, plain, print_json, readable, run
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
    with worker_lock(hub.database.engine, hub.settings.data) as alone:
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


def read_corrections(_: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[CorrectionBody, ...]:
    """FIELD=VALUE as corrections. Raises BadParameter for words that are none or a field that cannot be corrected."""
    pairs = [one.partition("=") for one in given]
    try:
        return tuple(CorrectionBody.model_validate({"field": field, "value": value}) for field, _, value in pairs)
    except ValidationError as error:
        first = error.errors()[0]
        raise click.BadParameter(f"{first['loc'][0]}: {first['msg']}", param=option) from error


@report.command()
@click.argument("report_id", callback=readable)
@click.option(
    "--correct",
    "corrections",
    multiple=True,
    metavar="FIELD=VALUE",
    callback=read_corrections,
    help="text, place_words, category, point",
)
@json_option
def replay(report_id: str, corrections: tuple[CorrectionBody, ...], as_json: bool) -> None:
    """Let a parked report be processed again, with corrections beside it."""

    async def work(hub: Hub) -> ReportView:
        now = hub.clock.now()
        _refuse_unusable(hub, corrections)
        await hub.reports.replay(report_id, [Correction(one.field, one.value, "cli", now) for one in corrections])
        await _process_if_alone(hub)
        return await hub.report_reader.one(report_id)

    replayed = run(work, as_json=as_json)
    if as_json:
        print_json(replayed)
    else:
        click.echo(f"{replayed.id}  {replayed.status}  {replayed.case_number or replayed.outcome or ''}")


def _refuse_unusable(hub: Hub, corrections: tuple[CorrectionBody, ...]) -> None:
    """Raises Invalid as the API does, so that no correction is kept that parks the report again."""

    def known(key: str) -> bool:
        return hub.pack.catalogue.find(key) is not None

    faults = [
        fault
        for at, one in enumerate(corrections)
        for fault in correction_faults(one, f"/corrections/{at}/value", known)
    ]
    if faults:
        raise Invalid("更正的内容有误。", "The corrections cannot be taken.", faults)


@click.command()
@click.argument("number", callback=readable)
@json_option
def trace(number: str, as_json: bool) -> None:
    """Why a report (by id) or the reports of a case (by number, chase-ups too, in order) became what they are."""

    async def work(hub: Hub) -> list[TraceView]:
        try:
            return [await hub.report_reader.trace(number)]
        except NotFound:
            history = await hub.case_reader.history(number)
            told = dict.fromkeys(event.payload["report_id"] for event in history if "report_id" in event.payload)
            return [await hub.report_reader.trace(report_id) for report_id in told]

    traces = run(work, as_json=as_json)
    if as_json:
        print_json({**plain(traces[0]), "reports": plain(traces)})
        return
    for one in traces:
        click.echo(f"{one.report_id} -> {one.outcome or '等待处理'} {one.case_number or ''}")
        for step in one.steps:
            click.echo(f"  {step['step']:9} {step['found']}")
            for reason in step["reasons"]:
                click.echo(f"            - {reason}")
