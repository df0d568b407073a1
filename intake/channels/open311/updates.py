"""A chase-up or a comment on a request: a report of its own that names the request, for the normaliser to attach."""

from __future__ import annotations

import orjson

from intake.channels.open311.endpoint import CHANNEL, Endpoint, external_id, may_read
from intake.channels.open311.shapes import FilingHeaders, UpdateForm
from intake.channels.open311.views import is_own
from intake.errors import FieldFault, Forbidden, Invalid, Unauthenticated
from intake.http import Call, Door, Principal
from intake.ids import new_report_id
from intake.model import Contact, Datum, GivenPoint, Origin, Receipt, Report, ServiceRequest

UPDATE_OF = "update_of"


async def file_update(call: Call, endpoint: Endpoint, request: ServiceRequest, sender: Principal | None) -> Receipt:
    """Accept what the sender of a request, or somebody who may read reports, adds to it.

    Raises Unauthenticated, Forbidden, Invalid, IdempotencyConflict, TooManyRequests, Temporary.
    """
    if sender is None:
        raise Unauthenticated("缺少 api_key。", "The api_key is missing.")
    if not is_own(request, sender) and not may_read(sender):
        raise Forbidden(
            "只有提交者本人或工作人员可以补充这件诉求。", "Only who sent this request, or staff, may add to it."
        )
    await endpoint.toll.pay(call, Door.OPEN311, principal=sender)
    words = (call.form(UpdateForm).description or "").strip()
    if not words:
        zh, en = "缺少 description。", "The description was not provided."
        raise Invalid(zh, en, (FieldFault("/description", zh, en),))
    key = call.headers_as(FilingHeaders).idempotency_key
    raw = orjson.dumps({"service_request_id": request.number, "description": words}, option=orjson.OPT_SORT_KEYS)
    return await endpoint.inbox.accept(_report(endpoint, request, words, (sender, key)), raw)


def _report(endpoint: Endpoint, request: ServiceRequest, words: str, by: tuple[Principal, str | None]) -> Report:
    """Placed where the request is and filed as what it is, so that the case beside it is found again."""
    sender, key = by
    now = endpoint.clock.now()
    report_id = new_report_id(now)
    place = request.place
    category = request.category.key if request.category else request.told.category_key
    answers = {UPDATE_OF: request.number, "case_number": request.case_number, "category": category}
    return Report(
        id=report_id,
        origin=Origin(CHANNEL, external_id(sender, key or report_id), now),
        contact=Contact(confidential=request.confidential),
        text=f"催办诉求{request.number}：{words}",
        place_words=place.address if place else request.told.place_words,
        point=GivenPoint(place.lon, place.lat, Datum.CGCS2000) if place else request.told.point,
        answers={name: value for name, value in answers.items() if value},
    )
