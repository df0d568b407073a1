"""What Open311 needs from the rest of the hub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from intake.http import Principal
from intake.model import Receipt, Report, RequestFilter, RequestStep, ServiceRequest


class Acceptor(Protocol):
    """The part of `intake.inbox.Inbox` that is used."""

    async def accept(self, report: Report, raw: bytes) -> Receipt:
        """Take a report for good. Raises Invalid, IdempotencyConflict, Temporary."""
        ...


class KeyReader(Protocol):
    """The part of the accounts that is used."""

    async def of_token(self, secret: str) -> Principal | None:
        """Whose API key it is; None when it is not valid. Raises Temporary."""
        ...


class ServiceRequestReader(Protocol):
    """Reports as the outside may ask after them. Every method raises Temporary when the store is away."""

    async def within(self, where: RequestFilter) -> Sequence[ServiceRequest]:
        """Requests of a stretch of time, the newest first; chase-ups and comments on others are left out."""
        ...

    async def by_numbers(self, numbers: Sequence[str]) -> Sequence[ServiceRequest]:
        """The requests with these tracking numbers, the newest first, confidential ones too; unknown ones are left
        out."""
        ...

    async def by_report(self, report_id: str) -> ServiceRequest | None:
        """The request of a report, if there is one."""
        ...

    async def steps(self, number: str) -> Sequence[RequestStep]:
        """What happened to a request, oldest first; nothing for an unknown number."""
        ...
