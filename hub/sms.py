"""Short messages, wired: the routes of the web role, the loops of the SMS role, and how the gateway does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from urllib.parse import quote

import click

from case_api.store.sms_inbox import SqlSmsStore
from case_api.store.sms_news import SqlSmsNews
from case_api.store.sms_queue import SqlSmsQueue
from hub.roles import Stop
from hub.secret_files import secret_of
from hub.settings import Settings
from hub.wiring import Hub
from intake.channels.sms import (
    DELIVERY_PATH,
    Answers,
    ConsoleGateway,
    GatewayAccess,
    KannelAccount,
    KannelGateway,
    NewsTeller,
    Pace,
    Rest,
    Sender,
    SmsChannel,
    SmsDoor,
    SmsGateway,
    SmsQueue,
    routes,
)
from intake.errors import HubError, Invalid, Temporary
from intake.http import Route
from intake.ports import Bus
from intake.topics import CASE_CHANGED, SMS_DUE

_LOG = logging.getLogger(__name__)
_SWEEP_SECONDS = 1.0
_BACKOFF_SECONDS = 1.0
# Whoever writes a message is to be answered within three minutes.
_ANSWERED_WITHIN_SECONDS = 180.0
_TRIES_TOLD = 3
KANNEL_USER = "kannel"


def sms_configured(settings: Settings) -> bool:
    """Whether this installation has a gateway."""
    return bool(settings.sms.gateway)


def sms_routes(hub: Hub) -> Sequence[Route]:
    """Where the gateway brings messages; none without one. Raises Invalid for an unusable secret file."""
    if not sms_configured(hub.settings):
        return ()
    settings = hub.settings.sms
    channel = SmsChannel(
        inbox=hub.inbox,
        store=SqlSmsStore(hub.database, hub.sealer, hub.views, hub.clock),
        bus=hub.bus,
        clock=hub.clock,
        answers=Answers(settings.signature),
        pace=Pace(allowance=settings.allowance, step_seconds=settings.step_seconds),
        own_number=settings.number,
    )
    access = GatewayAccess.of(_secret(hub.settings), settings.allowed_addresses)
    return routes(SmsDoor(channel, _queue(hub), access, hub.clock))


async def run_sms(hub: Hub, stop: Stop) -> None:
    """Send what is due and tell what is new, until asked to stop. Raises Invalid without a gateway."""
    gateway = make_gateway(hub.settings, lambda line: click.echo(line, err=True))
    sender = Sender(_queue(hub), gateway, hub.clock)
    settings = hub.settings
    news = SqlSmsNews(hub.database, hub.pack, hub.sealer, hub.clock, settings.decide.place_confidence)
    teller = NewsTeller(news, hub.bus, hub.clock, Answers(settings.sms.signature), settings.sms.number)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_send(sender, hub.bus, stop))
            group.create_task(_tell_news(teller, hub.bus, stop))
    finally:
        await gateway.close()


def make_gateway(settings: Settings, show: Callable[[str], None]) -> SmsGateway:
    """The gateway of the settings. Raises Invalid when there is none, or a secret file cannot be used."""
    sms = settings.sms
    kind, _, url = sms.gateway.partition(":")
    if kind == "console":
        return ConsoleGateway(show)
    if kind != "kannel":
        raise Invalid(
            "没有配置短信网关：请设置 HUB_SMS_GATEWAY，例如 kannel:http://127.0.0.1:13013/cgi-bin/sendsms。",
            "No SMS gateway is configured: set HUB_SMS_GATEWAY, such as kannel:http://127.0.0.1:13013/cgi-bin/sendsms.",
        )
    secret = _secret(settings)
    own = sms.callback_url or f"http://{settings.http.host}:{settings.http.port}"
    scheme, _, place = own.rstrip("/").partition("://")
    callback = f"{scheme}://{KANNEL_USER}:{quote(secret, safe='')}@{place}{DELIVERY_PATH}"
    password = secret_of(sms.password, sms.password_file, "HUB_SMS_PASSWORD_FILE")
    return KannelGateway(KannelAccount(url, sms.user, password, callback if secret else ""))


async def sms_fault(hub: Hub) -> str | None:
    """What is wrong with SMS (zh / en), with its remedy; None when messages come and go."""
    if not _secret(hub.settings) and not hub.settings.sms.gateway.startswith("console"):
        return "未设置 HUB_SMS_SECRET，不接收短信 / HUB_SMS_SECRET is not set: no messages are taken"
    queued = await _queue_fault(hub)
    try:
        await make_gateway(hub.settings, lambda _: None).probe()
    except HubError as error:
        return f"{error}{f'；{queued}' if queued else ''}"
    return queued


async def _queue_fault(hub: Hub) -> str | None:
    """What waits too long, or was tried too often."""
    figures = await _queue(hub).figures()
    if figures.oldest_due_at is None:
        return None
    seconds = (hub.clock.now() - figures.oldest_due_at).total_seconds()
    if seconds < _ANSWERED_WITHIN_SECONDS and figures.tries < _TRIES_TOLD:
        return None
    return (
        f"待发短信{figures.due}条，最早的已等{seconds:.0f}秒，最多试过{figures.tries}次，网关恢复后会自动补发 / "
        f"{figures.due} messages wait, the oldest for {seconds:.0f} s, tried up to {figures.tries} times: "
        "they go out by themselves when the gateway is back"
    )


def _queue(hub: Hub) -> SmsQueue:
    return SqlSmsQueue(hub.database, hub.sealer, hub.clock)


def _secret(settings: Settings) -> str:
    return secret_of(settings.sms.secret, settings.sms.secret_file, "HUB_SMS_SECRET_FILE")


async def _send(sender: Sender, bus: Bus, stop: Stop) -> None:
    async with _woken(bus, SMS_DUE, stop) as rest:
        await sender.run(rest, stop.rest)


async def _tell_news(teller: NewsTeller, bus: Bus, stop: Stop) -> None:
    """Look for news when a case or a report changed, and by a sweep."""
    async with _woken(bus, CASE_CHANGED, stop) as rest:
        going = True
        while going:
            try:
                while await teller.tell():
                    _LOG.debug("more news to tell")
            except Temporary as error:
                _LOG.warning("database away, trying again shortly: %s", error.en)
                await stop.rest(_BACKOFF_SECONDS)
            going = await rest(_SWEEP_SECONDS)


@asynccontextmanager
async def _woken(bus: Bus, topic: str, stop: Stop) -> AsyncIterator[Rest]:
    """A wait that a message of the topic, or the end of the role, cuts short; it says whether to go on."""
    event = asyncio.Event()

    async def listen() -> None:
        async with bus.subscribe(topic, "sms") as deliveries:
            async for delivery in deliveries:
                event.set()
                await delivery.ack()

    async def end() -> None:
        await stop.event.wait()
        event.set()

    async def rest(seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)
        event.clear()
        return not stop.event.is_set()

    async with asyncio.TaskGroup() as group:
        tasks = (group.create_task(listen()), group.create_task(end()))
        try:
            yield rest
        finally:
            for task in tasks:
                task.cancel()
