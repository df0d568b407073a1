"""Requests in memory, as they were put there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from intake.model import Report, RequestFilter, RequestStep, RequestTold, ServiceRequest
from intake.model.contact import mask_numbers

_RECEIVED = ("received", "已收到", "received")


@dataclass
class FakeServiceRequestReader:
    """Implements `intake.channels.open311.ServiceRequestReader`; `requests` are those it knows, the oldest first."""

    requests: list[ServiceRequest] = field(default_factory=list)

    async def within(self, where: RequestFilter) -> Sequence[ServiceRequest]:
        """As the port says; what is an update of another request is never put here."""
        return [one for one in self._newest() if _fits(one, where)][: where.limit]

    async def by_numbers(self, numbers: Sequence[str]) -> Sequence[ServiceRequest]:
        """As the port says."""
        return [one for one in self._newest() if one.number in numbers]

    async def by_report(self, report_id: str) -> ServiceRequest | None:
        """As the port says."""
        return next((one for one in self.requests if one.report_id == report_id), None)

    async def steps(self, number: str) -> Sequence[RequestStep]:
        """That it was received."""
        return [RequestStep(one.received_at, *_RECEIVED) for one in self.requests if one.number == number]

    def _newest(self) -> list[ServiceRequest]:
        return sorted(self.requests, key=lambda one: one.report_id, reverse=True)


def request_of(report: Report, number: str) -> ServiceRequest:
    """A report that waits, as the outside sees it."""
    told = RequestTold(
        text=mask_numbers(report.text),
        place_words=report.place_words,
        point=report.point,
        category_key=report.answers.get("category"),
        photos=tuple(one.sha256 for one in report.evidence),
    )
    stage, zh, en = _RECEIVED
    return ServiceRequest(
        report_id=report.id,
        number=number,
        channel=report.origin.channel,
        external_id=report.origin.external_id,
        confidential=report.contact.confidential,
        received_at=report.origin.received_at,
        changed_at=report.origin.received_at,
        open=True,
        stage=stage,
        stage_name=zh,
        stage_name_en=en,
        told=told,
    )


def _fits(one: ServiceRequest, where: RequestFilter) -> bool:
    category = one.category.key if one.category else one.told.category_key
    return (
        not one.confidential
        and where.since <= one.received_at <= where.until
        and (not where.categories or category in where.categories)
        and where.open in (None, one.open)
    )
