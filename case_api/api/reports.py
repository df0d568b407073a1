"""Reports for staff: lists, traces, and putting right what could not be processed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from case_api.api.services import ApiServices
from case_api.api.shapes import REPORT_ID, CorrectionBody, ReplayBody, ReportsQuery
from case_api.views import ReportPage, ReportView, TraceView
from intake.errors import FieldFault, Invalid
from intake.http import Call, Route, json_answer
from intake.inbox import point_faults
from intake.model import Correction, Datum, GivenPoint

_TAG = "上报 reports"
_SHORT_LIMIT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class ReportRoutes:
    """Handlers of `/api/v1/reports`."""

    services: ApiServices

    async def page(self, call: Call) -> web.StreamResponse:
        """A page, newest first."""
        query = call.query(ReportsQuery)
        return json_answer(await self.services.reports.page(query.status, query.cursor, query.limit))

    async def one(self, call: Call) -> web.StreamResponse:
        """One report."""
        return json_answer(await self.services.reports.one(call.path["report_id"]))

    async def trace(self, call: Call) -> web.StreamResponse:
        """Why it became what it became."""
        return json_answer(await self.services.reports.trace(call.path["report_id"]))

    async def replay(self, call: Call) -> web.StreamResponse:
        """Append corrections to a parked report and let it wait again."""
        report_id, body = call.path["report_id"], call.body(ReplayBody)
        faults = [
            fault
            for index, correction in enumerate(body.corrections)
            for fault in correction_faults(correction, f"/corrections/{index}/value", self.services.known_category)
        ]
        if faults:
            raise Invalid("更正的内容有误。", "The corrections cannot be taken.", faults)
        by, at = call.user().user, self.services.clock.now()
        corrections = [Correction(one.field, one.value, by, at) for one in body.corrections]
        await self.services.replayer.replay(report_id, corrections)
        return json_answer(await self.services.reports.one(report_id))


def correction_faults(
    correction: CorrectionBody, pointer: str, known_category: Callable[[str], bool]
) -> list[FieldFault]:
    """What keeps a corrected value from being used."""
    value = correction.value
    if not value.strip():
        return [FieldFault(pointer, "不能为空。", "This cannot be empty.")]
    if correction.field == "place_words" and len(value) > _SHORT_LIMIT_CHARACTERS:
        return [FieldFault(pointer, "地点最多 200 个字。", "Place words have at most 200 characters.")]
    if correction.field == "category" and not known_category(value):
        return [FieldFault(pointer, "目录中没有这个类别。", "The catalogue has no such category.")]
    if correction.field == "point" and not _is_point(value):
        return [
            FieldFault(
                pointer,
                "位置应写成“经度,纬度,坐标系”，例如 118.57,24.81,wgs84。",
                "A point is written lon,lat,datum, such as 118.57,24.81,wgs84.",
            )
        ]
    return []


def _is_point(words: str) -> bool:
    try:
        lon, lat, datum = words.split(",")
        return not point_faults(GivenPoint(float(lon), float(lat), Datum(datum.strip())))
    except ValueError:
        return False


def routes(services: ApiServices) -> tuple[Route, ...]:
    """`/api/v1/reports`, apart from its POST."""
    own, one = ReportRoutes(services), f"/api/v1/reports/{REPORT_ID}"
    return (
        Route(
            "GET",
            "/api/v1/reports",
            own.page,
            "reports.read",
            "上报列表，新的在前 / reports, newest first",
            tag=_TAG,
            query=ReportsQuery,
            answer=ReportPage,
        ),
        Route("GET", one, own.one, "reports.read", "一件上报 / one report", tag=_TAG, answer=ReportView),
        Route(
            "GET",
            f"{one}/trace",
            own.trace,
            "reports.read",
            "处理过程与理由 / how it was understood",
            tag=_TAG,
            answer=TraceView,
        ),
        Route(
            "POST",
            f"{one}/replay",
            own.replay,
            "reports.replay",
            "更正后重新处理搁置的上报 / correct a parked report and process it again",
            tag=_TAG,
            body=ReplayBody,
            answer=ReportView,
        ),
    )
