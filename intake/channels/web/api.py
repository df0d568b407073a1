"""`POST /api/v1/reports`: anybody may report."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from pydantic import BaseModel

from intake.channels.web.shapes import SubmitForm, SubmitHeaders, SubmitReport
from intake.channels.web.submit import WebChannel
from intake.http import PUBLIC, Call, Route, json_answer
from intake.model import Receipt


class ReceiptView(BaseModel):
    """回执: what the reporter keeps. The secret is shown to whoever sent the report and to nobody else."""

    report_id: str
    tracking_number: str
    tracking_secret: str
    channel: str
    external_id: str
    received_at: datetime
    replayed: bool


def receipt_view(receipt: Receipt) -> ReceiptView:
    """A receipt as it is answered."""
    return ReceiptView.model_validate(receipt, from_attributes=True)


def routes(channel: WebChannel) -> tuple[Route, ...]:
    """The intake of the API: JSON, multipart and urlencoded."""

    async def submit(call: Call) -> web.StreamResponse:
        receipt = await channel.submit(call)
        location = {"Location": f"/api/v1/reports/{receipt.report_id}"}
        return json_answer(receipt_view(receipt), 200 if receipt.replayed else 201, location)

    return (
        Route(
            "POST",
            "/api/v1/reports",
            submit,
            PUBLIC,
            "上报一件事；重复提交得到同一回执 / report something; sent twice, the same receipt",
            tag="上报 reports",
            body=SubmitReport,
            form=SubmitForm,
            headers=SubmitHeaders,
            answer=ReceiptView,
            status=201,
            also=(200,),
            problems=(401, 403, 429),
        ),
    )
