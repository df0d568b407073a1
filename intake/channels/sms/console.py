"""`SmsGateway` for a machine without one: messages are shown instead of sent, numbers masked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from intake.model.contact import mask_phone
from intake.model.sms import OutboundSms


@dataclass(frozen=True, slots=True)
class ConsoleGateway:
    """Implements `SmsGateway`; `show` gets a line for each message."""

    show: Callable[[str], None]

    async def send(self, message: OutboundSms) -> None:
        """Show it."""
        self.show(f"短信 SMS {mask_phone(message.receiver)}: {message.text}")

    async def probe(self) -> None:
        """Always there."""

    async def close(self) -> None:
        """Nothing to let go of."""
