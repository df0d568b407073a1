"""What every way to the network does, a real Kannel included."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from intake.channels.sms import ConsoleGateway, KannelAccount, KannelGateway, SmsGateway
from intake.errors import Permanent, Temporary
from intake.model.sms import OutboundSms
from tests.fakes.clock import START
from tests.fakes.sms_gateway import FakeSmsGateway
from tests.services.kannel import MISSING, Kannel, Told, kannel_in, kannel_is_installed, wait_until

PHONE, NOBODY = "13800138000", "abc"
LONG = "青新社区门口井盖不见了，" * 20 + "😀"


@dataclass(frozen=True)
class Line:
    """A gateway, what the network got by it, and how it is made to fall silent."""

    gateway: SmsGateway
    delivered: Callable[[], list[Told]]
    hang_up: Callable[[], None]

    async def send(self, text: str, receiver: str = PHONE) -> None:
        await self.gateway.send(OutboundSms("answer:1", receiver, text, START, "12319"))


def fake() -> Line:
    gateway = FakeSmsGateway()
    gateway.refused = {NOBODY}

    def hang_up() -> None:
        gateway.away = True

    return Line(gateway, lambda: [Told(one.sender, one.receiver, one.text) for one in gateway.sent], hang_up)


def real(kannel: Kannel) -> Line:
    account = KannelAccount(kannel.sendsms_url, "hub", kannel.password, "http://k:s@127.0.0.1:9/delivery")
    return Line(KannelGateway(account), kannel.delivered, lambda: kannel.kill(kannel.smsbox))


@pytest.fixture(params=["fake", "kannel"])
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Line]:
    if request.param == "fake":
        yield fake()
        return
    if not kannel_is_installed():
        pytest.skip(MISSING)
    with kannel_in(tmp_path, "127.0.0.1:9") as kannel:
        kannel.carrier()
        opened = real(kannel)
        yield opened
        await opened.gateway.close()


@pytest.mark.parametrize(
    "text", ["您好，查询号261124000015。😀", "Received. Number 261124000015.", "100% [ok] {}", LONG]
)
async def test_a_message_reaches_the_network_as_it_was_written(line: Line, text: str) -> None:
    await line.send(text)
    wait_until(lambda: bool(line.delivered()), "the network got it")
    assert line.delivered() == [Told("12319", PHONE, text)]


async def test_a_gateway_that_would_take_messages_says_so_and_sends_none(line: Line) -> None:
    await line.gateway.probe()
    await line.send("一")
    wait_until(lambda: bool(line.delivered()), "the network got it")
    assert [one.text for one in line.delivered()] == ["一"]


async def test_a_message_to_no_number_is_refused_for_good_and_the_next_one_goes(line: Line) -> None:
    with pytest.raises(Permanent):
        await line.send("一", NOBODY)
    await line.send("二")
    wait_until(lambda: bool(line.delivered()), "the network got it")
    assert [one.text for one in line.delivered()] == ["二"]


async def test_a_gateway_that_is_away_is_a_matter_of_time(line: Line) -> None:
    await line.send("一")
    line.hang_up()
    with pytest.raises(Temporary):
        await line.send("二")
    with pytest.raises(Temporary):
        await line.gateway.probe()


async def test_a_wrong_password_is_a_matter_of_time_and_named(tmp_path: Path) -> None:
    if not kannel_is_installed():
        pytest.skip(MISSING)
    with kannel_in(tmp_path, "127.0.0.1:9") as kannel:
        gateway = KannelGateway(KannelAccount(kannel.sendsms_url, "hub", "wrong"))
        with pytest.raises(Temporary, match=r"sms\.password"):
            await gateway.send(OutboundSms("answer:1", PHONE, "一", START))
        with pytest.raises(Temporary, match=r"sms\.password"):
            await gateway.probe()
        await gateway.close()


async def test_the_console_shows_messages_with_their_numbers_masked() -> None:
    shown: list[str] = []
    gateway = ConsoleGateway(shown.append)
    await gateway.probe()
    await gateway.send(OutboundSms("answer:1", PHONE, "您好", START))
    await gateway.close()
    assert shown == ["短信 SMS 138****8000: 您好"]


def test_no_secret_of_an_account_is_in_its_representation() -> None:
    account = KannelAccount("http://127.0.0.1/", "hub", "to-kannel", "http://k:from-kannel@127.0.0.1/")
    assert [word for word in ("to-kannel", "from-kannel") if word in repr(account)] == []
