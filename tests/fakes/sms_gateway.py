"""A gateway that keeps what it was given, and is away or unwilling when told so."""

from __future__ import annotations

from intake.errors import Permanent, Temporary
from intake.model.sms import OutboundSms


class FakeSmsGateway:
    """Implements `SmsGateway`. `away` makes it deaf; it never takes messages to numbers in `refused`."""

    def __init__(self) -> None:
        self.sent: list[OutboundSms] = []
        self.tried = 0
        self.away = False
        self.refused: set[str] = set()

    async def send(self, message: OutboundSms) -> None:
        """Keep it. Raises Temporary while away, Permanent for a refused number."""
        self.tried += 1
        await self.probe()
        if message.receiver in self.refused:
            raise Permanent("号码无效。", "The number is not valid.")
        self.sent.append(message)

    async def probe(self) -> None:
        """Raises Temporary while away."""
        if self.away:
            raise Temporary("网关没有应答。", "The gateway does not answer.")

    async def close(self) -> None:
        """Nothing to let go of."""
