"""A request as it is shown, and to whom how much of it.

The public sees where a request stands, what it is filed as and where the problem lies; the citizen's words and the
place they named only when they came by Open311 itself. Whoever sent a request and whoever may read reports see the
words. A confidential request is in no list; it is shown to these two only. Nobody is shown contact data.
"""

from __future__ import annotations

from datetime import datetime

from intake.channels.open311.endpoint import CHANNEL, Endpoint, may_read
from intake.channels.open311.services import Service, service_code
from intake.channels.open311.shapes import (
    AttributeView,
    DefinitionView,
    OptionView,
    RequestView,
    ServiceView,
    StepView,
    UpdateView,
)
from intake.http import Call, Principal
from intake.model import Datum, RequestStep, ServiceRequest

_WGS84 = (Datum.WGS84, Datum.CGCS2000)


def is_own(request: ServiceRequest, asker: Principal | None) -> bool:
    """True when the asker sent it."""
    return asker is not None and request.channel == CHANNEL and request.external_id.startswith(f"{asker.user}/")


def is_visible(request: ServiceRequest, asker: Principal | None) -> bool:
    """Whether the asker may know of it."""
    return not request.confidential or is_own(request, asker) or may_read(asker)


def request_view(request: ServiceRequest, endpoint: Endpoint, call: Call, asker: Principal | None) -> RequestView:
    """The request, as much of it as the asker may see."""
    words = request.channel == CHANNEL or is_own(request, asker) or may_read(asker)
    code, name = _service_of(request, endpoint, call)
    address, lat, lon = _where(request, words=words)
    photos = request.told.photos if may_read(asker) else ()
    unit = request.unit
    return RequestView(
        service_request_id=request.number,
        status="open" if request.open else "closed",
        status_notes=call.say(request.stage_name, request.stage_name_en),
        service_name=name,
        service_code=code,
        description=request.told.text if words else name,
        agency_responsible=call.say(unit.name, unit.name_en or unit.name) if unit else None,
        service_notice=None,
        requested_datetime=seconds(request.received_at),
        updated_datetime=seconds(request.changed_at),
        expected_datetime=seconds(unit.due_at) if unit else None,
        address=address,
        address_id=request.place.address_id if request.place else None,
        lat=lat,
        long=lon,
        media_url=f"{endpoint.base_url(call)}/api/v1/evidence/{photos[0]}" if photos else None,
    )


def service_view(service: Service, call: Call) -> ServiceView:
    """A service in the list."""
    return ServiceView(
        service_code=service.code,
        service_name=call.say(service.name, service.name_en or service.name),
        description=service.description,
        metadata=bool(service.attributes),
        type="realtime",
        keywords=",".join(service.keywords),
        group=service.group,
    )


def definition_view(service: Service, call: Call) -> DefinitionView:
    """The questions of a service. None must be answered: a report is never lost over one."""
    attributes = [
        AttributeView(
            variable=True,
            code=one.code,
            datatype="singlevaluelist" if one.options else "string",
            required=False,
            datatype_description=call.say("选一项，可不填", "one of the list, or nothing") if one.options else None,
            order=number,
            description=call.say(one.zh, one.en),
            values=[OptionView(key=option.key, name=call.say(option.zh, option.en)) for option in one.options],
        )
        for number, one in enumerate(service.attributes, 1)
    ]
    return DefinitionView(service_code=service.code, attributes=attributes)


def update_view(request: ServiceRequest, number: int, step: RequestStep, call: Call) -> UpdateView:
    """One thing that happened, as FixMyStreet reads updates."""
    return UpdateView(
        update_id=f"{request.number}-{number}",
        service_request_id=request.number,
        status="open" if step.open else "closed",
        updated_datetime=seconds(step.at),
        description=call.say(step.title, step.title_en),
    )


def step_view(request: ServiceRequest, step: RequestStep, call: Call) -> StepView:
    """One stage."""
    unit = request.unit if step.stage == "dispatched" else None
    return StepView(
        stage=step.stage,
        name=call.say(step.title, step.title_en),
        at=seconds(step.at),
        agency_responsible=call.say(unit.name, unit.name_en or unit.name) if unit else None,
    )


def seconds(moment: datetime) -> datetime:
    """The moment without the part of a second, which some clients cannot read."""
    return moment.replace(microsecond=0)


def _service_of(request: ServiceRequest, endpoint: Endpoint, call: Call) -> tuple[str, str]:
    filed = request.category
    if filed is not None:
        return service_code(filed.key), call.say(filed.name, filed.name_en or filed.name)
    service = endpoint.services.of_category(request.told.category_key)
    return service.code, call.say(service.name, service.name_en or service.name)


def _where(request: ServiceRequest, *, words: bool) -> tuple[str | None, float | None, float | None]:
    """Address, latitude, longitude: those of the case, else as told. CGCS2000 counts as WGS84 at this accuracy."""
    place, told = request.place, request.told
    if place is not None:
        return place.address, place.lat, place.lon
    if not words:
        return None, None, None
    if told.point is None or told.point.datum not in _WGS84:
        return told.place_words, None, None
    return told.place_words, told.point.lat, told.point.lon
