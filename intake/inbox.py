"""The one way in: every channel hands its reports to `Inbox.accept` and may acknowledge when it returns."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.errors import FieldFault, Invalid
from intake.model import GivenPoint, Receipt, Report
from intake.ports import Bus, ReportStore
from intake.topics import REPORT_WAITING

_LOG = logging.getLogger(__name__)
TEXT_LIMIT_CHARACTERS = 2000
_SHORT_LIMIT_CHARACTERS = 200
# Control characters but tab and line ends, and lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Inbox:
    """Validates, stores, then announces. The announcement is a courtesy: a sweep finds whatever still waits.

    `accepted` counts this process's reports by channel, `replayed` the deliveries that were known already.
    """

    reports: ReportStore
    bus: Bus
    accepted: Counter[str] = field(default_factory=Counter)
    replayed: Counter[str] = field(default_factory=Counter)
    _announced: list[str] = field(default_factory=list)

    async def accept(
        self, report: Report, raw: bytes, *, keep_conflict: bool = False, delay_seconds: float = 0.0
    ) -> Receipt:
        """Take a report for good. `raw` is the form it arrived in; evidence files are in the evidence store already.

        Raises Invalid with the faulty fields, IdempotencyConflict when (channel, external_id) came before with another
        content, Temporary when it could not be made durable. When it returns, the report survives a power cut.
        `keep_conflict` is for gateways, which cannot ask their sender again: the other content is parked, then raised.
        A sender who floods waits `delay_seconds` for the normaliser, so that others are served first.
        """
        faults = faults_of(report)
        if faults:
            raise Invalid("请更正标出的内容后再提交。", "Correct the marked fields and send again.", faults)
        began = time.perf_counter()
        receipt = await self.reports.add(report, raw, keep_conflict=keep_conflict, delay_seconds=delay_seconds)
        self._tell(report.origin.channel, receipt, time.perf_counter() - began)
        if not receipt.replayed:
            await self._announce(receipt)
        return receipt

    async def _announce(self, receipt: Receipt) -> None:
        """Wake a worker up; once for all whom one commit answers, as they come in the same turn of the loop."""
        if self._announced:
            return
        self._announced.append(receipt.report_id)
        asyncio.get_running_loop().call_soon(self._announced.clear)
        await self.bus.publish(REPORT_WAITING, {"report_id": receipt.report_id})

    def _tell(self, channel: str, receipt: Receipt, seconds: float) -> None:
        """Count it, and write the line with which the trail of a report begins."""
        (self.replayed if receipt.replayed else self.accepted)[channel] += 1
        told = {
            "report": receipt.report_id,
            "channel": channel,
            "tracking_number": receipt.tracking_number,
            "ms": round(seconds * 1000, 1),
        }
        _LOG.info("report known already" if receipt.replayed else "report accepted", extra=told)


def faults_of(report: Report) -> list[FieldFault]:
    """What keeps a report from being taken; empty when nothing does."""
    faults = text_faults("/text", report.text, TEXT_LIMIT_CHARACTERS)
    if not report.text.strip():
        faults.append(FieldFault("/text", "请写明发生了什么问题。", "Say what the problem is."))
    if not report.origin.external_id.strip():
        faults.append(FieldFault("/external_id", "缺少编号。", "The external_id is missing."))
    short = {
        "/place_words": report.place_words,
        "/name": report.contact.name,
        "/phone": report.contact.phone,
        "/external_id": report.origin.external_id,
    }
    for pointer, value in short.items():
        faults += text_faults(pointer, value or "", _SHORT_LIMIT_CHARACTERS)
    faults += _answer_faults(report.answers)
    if report.point is not None:
        faults += point_faults(report.point)
    return faults


def _answer_faults(answers: Mapping[str, str]) -> list[FieldFault]:
    """Faults of keyed answers; a key that cannot be shown is not repeated in a pointer."""
    faults = []
    for key, value in answers.items():
        bad_key = text_faults("/answers", key, _SHORT_LIMIT_CHARACTERS)
        pointer = "/answers/" + key.replace("~", "~0").replace("/", "~1")
        faults += bad_key or text_faults(pointer, value, _SHORT_LIMIT_CHARACTERS)
    return faults


def text_faults(pointer: str, value: str, limit_characters: int) -> list[FieldFault]:
    """Too long, or characters that no keyboard sends and no page can show."""
    faults = []
    if len(value) > limit_characters:
        faults.append(
            FieldFault(pointer, f"最多{limit_characters}个字。", f"At most {limit_characters} characters."),
        )
    if _UNPRINTABLE.search(value):
        faults.append(
            FieldFault(pointer, "含有控制字符或残缺字符，请删除。", "Remove control characters and broken surrogates."),
        )
    return faults


def point_faults(point: GivenPoint) -> list[FieldFault]:
    """Impossible numbers. A point outside the county is no fault: the desk looks at it."""
    faults = []
    if not -90 <= point.lat <= 90:
        faults.append(FieldFault("/point/lat", "纬度应在-90到90之间。", "Latitude is between -90 and 90."))
    if not -180 <= point.lon <= 180:
        faults.append(FieldFault("/point/lon", "经度应在-180到180之间。", "Longitude is between -180 and 180."))
    if point.accuracy_metres is not None and not 0 <= point.accuracy_metres <= 100_000:
        faults.append(
            FieldFault("/point/accuracy_metres", "精度应在0到100000米之间。", "Accuracy is 0 to 100,000 metres."),
        )
    return faults
