"""A submission becomes a report: checked whole, photos kept, then handed to the inbox."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from intake.channels.points import point_faults
from intake.channels.web.shapes import SubmitForm, SubmitHeaders, SubmitReport
from intake.errors import FieldFault, Invalid
from intake.http import Call, Door, NoToll, Toll, Upload
from intake.http.strict_json import escape_pointer
from intake.ids import new_report_id
from intake.inbox import Inbox, faults_of
from intake.model import Contact, Evidence, GivenPoint, Origin, Receipt, Report
from intake.model.contact import normalise_phone
from intake.ports import Clock
from intake.scanning import PhotoIntake

SUBMIT_PERMISSION = "reports.submit"
PHOTO_FIELD = "photo"


@dataclass(frozen=True, slots=True)
class Submission:
    """What was sent, whatever its form. `point_pointer` is where its coordinates stand: `/point`, or "" for a form."""

    told: SubmitReport | SubmitForm
    point: GivenPoint | None
    answers: Mapping[str, str]
    photos: Sequence[Upload]
    key: str | None
    point_pointer: str


@dataclass(frozen=True, slots=True)
class WebChannel:
    """Translates submissions and hands them in. `known_category` says whether the catalogue has a key."""

    inbox: Inbox
    photos: PhotoIntake
    clock: Clock
    known_category: Callable[[str], bool]
    toll: Toll = field(default_factory=NoToll)

    async def submit(self, call: Call, channel: str = "web") -> Receipt:
        """Accept the body (`SubmitReport`) or the form (`SubmitForm`) of a call.

        Raises Invalid naming each field, TooLarge for photos, IdempotencyConflict, Unauthenticated or Forbidden for an
        external_id without the permission to give one, ProofWanted or TooManyRequests for a sender who sends too much,
        Temporary. A photo is kept before the report is, and may stay alone in the evidence store when the inbox then
        raises IdempotencyConflict or Temporary.
        """
        sent = submission_of(call)
        from_gateway = sent.told.external_id is not None
        if from_gateway:
            call.require(SUBMIT_PERMISSION)
        report = self._checked(sent, channel)
        await self.toll.pay(call, Door.REPORT, number=report.contact.phone)
        evidence = await self.photos.keep(sent.photos, report.id, call, Door.REPORT)
        whole = dataclasses.replace(report, evidence=evidence)
        return await self.inbox.accept(whole, raw_form(sent, evidence), keep_conflict=from_gateway)

    def _checked(self, sent: Submission, channel: str) -> Report:
        report = self._report(sent, channel)
        faults = [*submission_faults(sent, self.known_category), *_placed(faults_of(report), sent.point_pointer)]
        if faults:
            raise _refused(_first_each(faults))
        return report

    def _report(self, sent: Submission, channel: str) -> Report:
        now = self.clock.now()
        report_id = new_report_id(now)
        told = sent.told
        return Report(
            id=report_id,
            origin=Origin(channel, told.external_id or sent.key or report_id, now),
            contact=Contact(normalise_phone(told.phone or ""), _words(told.name), told.confidential),
            text=told.text,
            place_words=_words(told.place_words),
            point=sent.point,
            answers={**sent.answers, **({"category": told.category} if told.category else {})},
        )


def submission_of(call: Call) -> Submission:
    """The submission of a call whose route declares `SubmitReport` as body, `SubmitForm` as form, or both.

    Raises Invalid when half a point was sent, two different keys, or files in another field than `photo`.
    """
    headers = call.parts.headers
    key = headers.idempotency_key if isinstance(headers, SubmitHeaders) else None
    if isinstance(call.parts.form, SubmitForm):
        strays = sorted({upload.field for upload in call.files} - {PHOTO_FIELD})
        if strays:
            raise _refused([_stray_file(field) for field in strays])
        return _from_form(call.parts.form, key)
    told = call.body(SubmitReport)
    point = None
    if told.point is not None:
        point = GivenPoint(told.point.lon, told.point.lat, told.point.datum, told.point.accuracy_metres)
    return Submission(told, point, told.answers, (), key, "/point")


def submission_faults(sent: Submission, known_category: Callable[[str], bool]) -> list[FieldFault]:
    """What only the channel can know to be wrong: number, category, swapped coordinates, identifiers."""
    told = sent.told
    faults = []
    if (told.phone or "").strip() and normalise_phone(told.phone or "") is None:
        faults.append(
            FieldFault(
                "/phone",
                "电话号码有误，请填 5 到 20 位数字，例如 13812345678 或 0595-85661234。",
                "This is no telephone number: 5 to 20 digits, such as 13812345678 or 0595-85661234.",
            )
        )
    if told.category and not known_category(told.category):
        faults.append(
            FieldFault(
                "/category",
                "目录中没有这个类别，请从 /api/v1/catalogue 中选择，或不填。",
                "The catalogue has no such category: choose a key of /api/v1/catalogue, or leave it out.",
            )
        )
    if "category" in sent.answers:
        faults.append(FieldFault("/answers/category", "请填在 category 中。", "Send it as the field category."))
    if told.external_id is not None and not told.external_id.isprintable():
        faults.append(FieldFault("/external_id", "只能含可见字符。", "Printable characters only."))
    if told.external_id is not None and sent.key is not None and told.external_id != sent.key:
        faults.append(_two_keys("/external_id"))
    if sent.point is not None:
        faults += point_faults(sent.point, sent.point_pointer)
    return faults


def raw_form(sent: Submission, evidence: Sequence[Evidence]) -> bytes:
    """Canonical JSON of what was sent; a photo stands there as its hash."""
    told: dict[str, Any] = sent.told.model_dump(mode="json", exclude_unset=True, exclude={"photo"})
    photos = [
        {"sha256": hashlib.sha256(upload.content).hexdigest(), "name": upload.name, "media_type": kept.media_type}
        for upload, kept in zip(sent.photos, evidence, strict=True)
    ]
    raw = {**told, **({"photo": photos} if photos else {}), **({"idempotency_key": sent.key} if sent.key else {})}
    return orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)


def _from_form(form: SubmitForm, header_key: str | None) -> Submission:
    if header_key is not None and form.idempotency_key not in (None, header_key):
        raise _refused((_two_keys("/idempotency_key"),))
    return Submission(form, _form_point(form), {}, form.photo, header_key or form.idempotency_key, "")


def _form_point(form: SubmitForm) -> GivenPoint | None:
    if form.lon is None and form.lat is None:
        return None
    zh, en = "坐标须同时给出 lon、lat 和 datum。", "A point needs lon, lat and datum."
    if form.lon is None or form.lat is None:
        raise _refused((FieldFault("/lon" if form.lon is None else "/lat", zh, en),))
    if form.datum is None:
        fault = FieldFault(
            "/datum",
            f"{zh}坐标系为 wgs84、cgcs2000、gcj02 或 bd09。",
            f"{en} The datum is wgs84, cgcs2000, gcj02 or bd09.",
        )
        raise _refused((fault,))
    return GivenPoint(form.lon, form.lat, form.datum, form.accuracy_metres)


def _stray_file(field: str) -> FieldFault:
    return FieldFault(f"/{escape_pointer(field)}", "照片请放在字段 photo 中。", "Send photos as the field photo.")


def _two_keys(pointer: str) -> FieldFault:
    return FieldFault(
        pointer, "与 Idempotency-Key 不一致，只需给出一个。", "Differs from Idempotency-Key: send one only."
    )


def _refused(faults: Sequence[FieldFault]) -> Invalid:
    return Invalid("请更正标出的内容后再提交。", "Correct the marked fields and send again.", faults)


def _placed(faults: Sequence[FieldFault], point_pointer: str) -> list[FieldFault]:
    return [
        dataclasses.replace(fault, pointer=point_pointer + fault.pointer.removeprefix("/point"))
        if fault.pointer.startswith("/point/")
        else fault
        for fault in faults
    ]


def _first_each(faults: Sequence[FieldFault]) -> list[FieldFault]:
    found: dict[str, FieldFault] = {}
    for fault in faults:
        found.setdefault(fault.pointer, fault)
    return list(found.values())


def _words(value: str | None) -> str | None:
    return value if value and value.strip() else None
