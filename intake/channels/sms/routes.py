"""`/channels/sms/kannel/...`: where the gateway brings messages and delivery reports.

Kannel takes the body of a 200 for an answer to send on, so it is empty: our answers go out by the queue. Every other
status makes it try again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from aiohttp import web
from pydantic import BaseModel, Field

from intake.channels.sms.access import GatewayAccess
from intake.channels.sms.channel import SmsChannel
from intake.channels.sms.ports import SmsQueue
from intake.channels.sms.wire import KannelMessage, from_post, from_query, inbound
from intake.http import PUBLIC, Call, Route
from intake.http.reading import Limits, read_raw
from intake.model.sms import Delivery
from intake.ports import Clock

PREFIX = "/channels/sms/kannel"
MESSAGE_PATH, DELIVERY_PATH = f"{PREFIX}/message", f"{PREFIX}/delivery"
TAG = "短信 short messages"
_LIMITS = Limits(body_bytes=64 * 1024, seconds=20.0)
_LOG = logging.getLogger(__name__)
# Bits of Kannel's %d: delivered to the phone, not deliverable, queued, accepted and refused by the network.
_DELIVERED, _UNDELIVERABLE, _REFUSED = 1, 2, 16


class DeliveryQuery(BaseModel):
    """`id` is ours, `status` Kannel's `%d`; what else the gateway adds is not looked at."""

    id: str = Field(min_length=1, max_length=200)
    status: int = Field(ge=0, le=255)


@dataclass(frozen=True, slots=True)
class SmsDoor:
    """What the routes need."""

    channel: SmsChannel
    queue: SmsQueue
    access: GatewayAccess
    clock: Clock


def routes(door: SmsDoor) -> tuple[Route, ...]:
    """Messages and delivery reports, by GET or by POST."""

    async def message(call: Call) -> web.StreamResponse:
        door.access.check(call.address, call.request.headers.get("Authorization"))
        told = await _told(call)
        kind = await door.channel.take(inbound(told, door.clock.now()), told.raw)
        _LOG.info("message %s: %s", told.key, kind or "known already")
        return _nothing_to_send()

    async def delivery(call: Call) -> web.StreamResponse:
        door.access.check(call.address, call.request.headers.get("Authorization"))
        told = call.query(DeliveryQuery)
        if not await door.queue.delivered(told.id, delivery_of(told.status)):
            _LOG.warning("a delivery report for a message that was not sent from here")
        return _nothing_to_send()

    return (
        Route("GET", MESSAGE_PATH, message, PUBLIC, "上行短信 / a message from the gateway", tag=TAG),
        Route("POST", MESSAGE_PATH, message, PUBLIC, "上行短信 / a message from the gateway", tag=TAG),
        Route("GET", DELIVERY_PATH, delivery, PUBLIC, "状态报告 / a delivery report", tag=TAG, query=DeliveryQuery),
        Route("POST", DELIVERY_PATH, delivery, PUBLIC, "状态报告 / a delivery report", tag=TAG, query=DeliveryQuery),
    )


def delivery_of(status: int) -> Delivery:
    """What Kannel's status says."""
    if status & (_UNDELIVERABLE | _REFUSED):
        return Delivery.FAILED
    return Delivery.DELIVERED if status & _DELIVERED else Delivery.UNDERWAY


async def _told(call: Call) -> KannelMessage:
    _, _, query = call.request.raw_path.partition("?")
    if call.request.method == "POST":
        return from_post(query, call.request.headers, await read_raw(call.request, _LIMITS))
    return from_query(query)


def _nothing_to_send() -> web.Response:
    return web.Response(status=200, body=b"", content_type="text/plain")
