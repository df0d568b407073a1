"""The test endpoint: takes requests like the real one and remembers the last of them, but nobody acts on them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from intake.channels.open311.updates import UPDATE_OF
from intake.errors import IdempotencyConflict, NotFound
from intake.model import (
    Evidence,
    EvidenceKind,
    Receipt,
    Report,
    RequestFilter,
    RequestStep,
    RequestTold,
    ServiceRequest,
)
from intake.model.contact import mask_numbers

_STAGE = ("received", "测试诉求，不会处理", "a test request: nobody acts on it")


@dataclass(slots=True)
class Sandbox:
    """Implements `Acceptor` and `ServiceRequestReader` in the memory of this process, for the last `size` requests."""

    size: int = 500
    _reports: OrderedDict[str, Report] = field(default_factory=OrderedDict)
    _serial: int = 0

    async def accept(self, report: Report, raw: bytes) -> Receipt:
        """Remember it. Raises IdempotencyConflict like the inbox."""
        for number, known in self._reports.items():
            if known.origin.external_id == report.origin.external_id:
                if _content(known) != _content(report):
                    raise IdempotencyConflict("这个编号已用于另一份内容。", "This key was used for another content.")
                return _receipt(number, known, replayed=True)
        self._serial += 1
        number = f"T{self._serial:011d}"
        self._reports[number] = report
        while len(self._reports) > self.size:
            self._reports.popitem(last=False)
        return _receipt(number, report, replayed=False)

    async def within(self, where: RequestFilter) -> Sequence[ServiceRequest]:
        """See the port."""
        return [one for one in self._newest() if _fits(one, where)][: where.limit]

    async def by_numbers(self, numbers: Sequence[str]) -> Sequence[ServiceRequest]:
        """See the port."""
        return [one for one in self._newest() if one.number in set(numbers)]

    async def by_report(self, report_id: str) -> ServiceRequest | None:
        """See the port."""
        return next((one for one in self._newest() if one.report_id == report_id), None)

    async def steps(self, number: str) -> Sequence[RequestStep]:
        """See the port."""
        found = await self.by_numbers([number])
        return [RequestStep(one.received_at, *_STAGE) for one in found]

    def _newest(self) -> list[ServiceRequest]:
        kept = [_request(n, one) for n, one in self._reports.items() if UPDATE_OF not in one.answers]
        return kept[::-1]


class NothingKept:
    """Implements `intake.ports.EvidenceStore`: a file is described and forgotten."""

    async def put(self, kind: EvidenceKind, content: bytes, media_type: str) -> Evidence:
        """What the file would be known by."""
        return Evidence(kind, "evidence:none", "0" * 64, media_type, len(content))

    async def read(self, uri: str) -> bytes:
        """Raises NotFound."""
        raise NotFound("没有这个附件。", "There is no such file.")


def _fits(one: ServiceRequest, where: RequestFilter) -> bool:
    return (
        not one.confidential
        and where.since <= one.received_at <= where.until
        and (not where.categories or one.told.category_key in where.categories)
        and where.open in (None, one.open)
    )


def _request(number: str, report: Report) -> ServiceRequest:
    told = RequestTold(
        text=mask_numbers(report.text),
        place_words=mask_numbers(report.place_words) if report.place_words else None,
        point=report.point,
        category_key=report.answers.get("category"),
    )
    stage, zh, en = _STAGE
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


def _content(report: Report) -> tuple[object, ...]:
    return report.text, report.place_words, report.point, report.contact, dict(report.answers), report.evidence


def _receipt(number: str, report: Report, *, replayed: bool) -> Receipt:
    origin = report.origin
    return Receipt(report.id, number, "", origin.channel, origin.external_id, origin.received_at, replayed)
