"""`SmsGateway` on Kannel's `sendsms`: by POST, so that no number and no password stands in a URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote

import aiohttp

from intake.errors import HubError, Permanent, Temporary
from intake.model.sms import OutboundSms

# Delivered, not deliverable, refused by the network.
_DELIVERY_MASK = "19"
_UCS2, _SEVEN_BIT = "2", "0"
_ACCEPTED = 202
_AUTHORIZATION_FAILED = 403
_WRONG_REQUEST = 400
_TOLD_LETTERS = 80
# The letters that fit into a 7-bit message; all else goes as UCS-2.
_PLAIN = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 \n\r@!\"#%&'()*+,-./:;<=>?_$"  # GSM 03.38
)


@dataclass(frozen=True, slots=True)
class KannelAccount:
    """Where and as whom: `url` is that of `sendsms`, `callback_url` our own for delivery reports, with its secret."""

    url: str
    user: str
    password: str = field(repr=False)
    callback_url: str = field(default="", repr=False)
    timeout_seconds: float = 10.0
    connections: int = 8


@dataclass(slots=True)
class KannelGateway:
    """Implements `SmsGateway`."""

    account: KannelAccount
    _session: aiohttp.ClientSession | None = None

    async def send(self, message: OutboundSms) -> None:
        """Hand a message to Kannel, which has it on its disk when it says so."""
        plain = _PLAIN.issuperset(message.text)
        headers = {
            "X-Kannel-To": message.receiver,
            "X-Kannel-Coding": _SEVEN_BIT if plain else _UCS2,
            "Content-Type": "text/plain; charset=UTF-8",
        }
        if message.sender:
            headers["X-Kannel-From"] = message.sender
        if self.account.callback_url:
            headers["X-Kannel-DLR-Mask"] = _DELIVERY_MASK
            headers["X-Kannel-DLR-Url"] = f"{self.account.callback_url}?id={quote(message.id, safe='')}&status=%d"
        if self._session is None:
            self._session = self._open()
        status, words = await self._post(self._session, headers, message.text.encode())
        if status != _ACCEPTED:
            raise _refused(status, words)

    async def probe(self) -> None:
        """A request without a receiver: Kannel looks at the credentials first, and then has nothing to send."""
        async with self._open() as session:
            status, words = await self._post(session, {"Content-Type": "text/plain"}, b"")
        if status != _WRONG_REQUEST:
            raise _refused(status, words)

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.account.connections),
            timeout=aiohttp.ClientTimeout(total=self.account.timeout_seconds),
        )

    async def _post(self, session: aiohttp.ClientSession, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        known = {"X-Kannel-Username": self.account.user, "X-Kannel-Password": self.account.password}
        try:
            async with session.post(self.account.url, data=body, headers={**known, **headers}) as answer:
                return answer.status, (await answer.text("utf-8", "replace"))[:_TOLD_LETTERS]
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Temporary(
                f"短信网关没有应答（{type(error).__name__}），请检查 bearerbox 和 smsbox 是否在运行。",
                f"The SMS gateway does not answer ({type(error).__name__}): are bearerbox and smsbox running?",
            ) from error


def _refused(status: int, words: str) -> HubError:
    """What Kannel means. A wrong password will be put right some day: the messages wait for it."""
    if status == _AUTHORIZATION_FAILED:
        return Temporary(
            "短信网关不认 sms.user 和 sms.password。", "The SMS gateway does not know sms.user and sms.password."
        )
    if status == _WRONG_REQUEST:
        return Permanent(f"短信网关拒收：{words}", f"The SMS gateway refuses this message: {words}")
    return Temporary(f"短信网关暂不接收（{status}）。", f"The SMS gateway does not take messages now ({status}).")
