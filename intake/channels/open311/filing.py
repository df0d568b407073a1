"""A filed request becomes a report: checked whole, its photos kept, then handed to the inbox."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from intake.channels.open311.attributes import attribute_answers, attribute_faults, given_attributes
from intake.channels.open311.endpoint import CHANNEL, Endpoint, external_id
from intake.channels.open311.photos import gather
from intake.channels.open311.services import CONFIDENTIAL, PLACE_WORDS, Service
from intake.channels.open311.shapes import FilingForm, FilingHeaders
from intake.channels.open311.where import given_point, place_words
from intake.errors import FieldFault, Invalid, NotFound
from intake.http import Call, Door, Upload
from intake.ids import new_report_id
from intake.inbox import TEXT_LIMIT_CHARACTERS, faults_of
from intake.model import Contact, Evidence, EvidenceKind, Origin, Receipt, Report
from intake.model.contact import normalise_phone

_ANSWER_LIMIT = 200
_POINTERS = {"/text": "/description", "/place_words": "/address_string", "/name": "/first_name"}


@dataclass(frozen=True, slots=True)
class Filed:
    """The receipt, and what became of the photos in words of both languages, empty when there is nothing to say."""

    receipt: Receipt
    zh: str
    en: str


async def file_request(call: Call, endpoint: Endpoint) -> Filed:
    """Accept the form of a call.

    Raises Unauthenticated, Forbidden, NotFound (service or jurisdiction), Invalid naming each field, TooLarge for a
    photo that was sent, IdempotencyConflict, TooManyRequests, Temporary. A photo that is named by an address and cannot
    be fetched is no error.
    """
    form = call.form(FilingForm)
    sender = await endpoint.admit_sender(call, form)
    service = _service(endpoint, form.service_code)
    given = given_attributes(form.model_extra or {})
    headers = call.headers_as(FilingHeaders)
    report = _report(endpoint, form, service, given)
    origin = replace(report.origin, external_id=external_id(sender, headers.idempotency_key or report.id))
    report = replace(report, origin=origin)
    faults = [*attribute_faults(service, given), *_form_faults(form), *map(_renamed, faults_of(report))]
    if faults:
        raise Invalid("请更正标出的内容后再提交。", "Correct the marked fields and send again.", faults)
    await endpoint.toll.pay(call, Door.OPEN311, number=None if sender else report.contact.phone, principal=sender)
    gathered = await gather(endpoint, call, report.id, sender, form.media_url)
    evidence = [*gathered.evidence, *await _whole_text(endpoint, form.description)]
    answers = {**report.answers, **_address_of_photo(form.media_url)}
    whole = replace(report, answers=answers, evidence=tuple(evidence))
    receipt = await endpoint.inbox.accept(whole, raw_form(form, call.files))
    return Filed(receipt, gathered.zh, gathered.en)


def raw_form(form: FilingForm, files: Sequence[Upload]) -> bytes:
    """Canonical JSON of what was sent but for the key that opens the door; a photo stands there as its hash."""
    told = form.model_dump(mode="json", exclude_unset=True, exclude={"api_key", "media"})
    photos = [{"sha256": hashlib.sha256(one.content).hexdigest(), "name": one.name} for one in files]
    return orjson.dumps({**told, **({"media": photos} if photos else {})}, option=orjson.OPT_SORT_KEYS)


def _service(endpoint: Endpoint, code: str | None) -> Service:
    if not (code or "").strip():
        zh, en = "缺少 service_code。", "The service_code was not provided."
        raise Invalid(zh, en, (FieldFault("/service_code", zh, en),))
    found = endpoint.services.find((code or "").strip())
    if found is None:
        raise NotFound("没有这个 service_code。", "The service_code provided was not found.")
    return found


def _report(endpoint: Endpoint, form: FilingForm, service: Service, given: Mapping[str, Sequence[str]]) -> Report:
    now = endpoint.clock.now()
    report_id = new_report_id(now)
    words = (form.description or "").strip() or service.name
    category = {"category": service.category_key} if service.category_key else {}
    address = {"address_id": form.address_id} if form.address_id else {}
    return Report(
        id=report_id,
        origin=Origin(CHANNEL, report_id, now),
        contact=Contact(normalise_phone(form.phone or ""), _name(form), "yes" in given.get(CONFIDENTIAL, ())),
        text=words if len(words) <= TEXT_LIMIT_CHARACTERS else words[: TEXT_LIMIT_CHARACTERS - 1] + "…",
        place_words=place_words(endpoint, form, " ".join(given.get(PLACE_WORDS, ()))),
        point=given_point(form),
        answers={**attribute_answers(given), **address, **category},
    )


def _form_faults(form: FilingForm) -> list[FieldFault]:
    if (form.phone or "").strip() and normalise_phone(form.phone or "") is None:
        return [FieldFault("/phone", "电话号码有误，应为 5 到 20 位数字。", "A telephone number has 5 to 20 digits.")]
    return []


def _name(form: FilingForm) -> str | None:
    """Family name first and together in Chinese, given name first elsewhere."""
    first, last = (form.first_name or "").strip(), (form.last_name or "").strip()
    together = f"{last}{first}" if not f"{first}{last}".isascii() else f"{first} {last}".strip()
    return together or None


def _renamed(fault: FieldFault) -> FieldFault:
    return FieldFault(_POINTERS.get(fault.pointer, fault.pointer), fault.zh, fault.en)


async def _whole_text(endpoint: Endpoint, description: str | None) -> list[Evidence]:
    """A description beyond what a report holds is kept beside it: the standard allows twice as much."""
    words = (description or "").strip()
    if len(words) <= TEXT_LIMIT_CHARACTERS:
        return []
    return [await endpoint.evidence.put(EvidenceKind.TRANSCRIPT, words.encode(), "text/plain")]


def _address_of_photo(url: str | None) -> dict[str, str]:
    words = (url or "").strip()
    return {"media_url": words} if words and len(words) <= _ANSWER_LIMIT and "@" not in words else {}
