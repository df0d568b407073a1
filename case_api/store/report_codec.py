"""Reports as rows, and rows as reports. What a citizen said about themself is sealed on the way in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from case_api.store.chain import canonical
from case_api.store.moments import from_ms, to_ms
from case_api.store.sealing import Sealer
from intake.model import Contact, Datum, Evidence, EvidenceKind, GivenPoint, Origin, Report


def content_hash(report: Report, sealer: Sealer) -> str:
    """Equal for two deliveries of one message: everything that was told, not when or under which id.

    Keyed, so that a number cannot be guessed from it.
    """
    content = {
        "text": report.text,
        "place_words": report.place_words,
        "point": _point_fields(report.point),
        "contact": _contact_fields(report.contact),
        "answers": dict(report.answers),
        "evidence": [one.sha256 for one in report.evidence],
        "complete": report.complete,
    }
    return sealer.lookup(canonical(content))


def report_row(report: Report, raw: bytes, sealer: Sealer) -> dict[str, Any]:
    """All columns of a report but its tracking number."""
    contact = report.contact
    known = contact.phone is not None or contact.name is not None
    return {
        "id": report.id,
        "channel": report.origin.channel,
        "external_id": report.origin.external_id,
        "received_ms": to_ms(report.origin.received_at),
        "text": report.text,
        "place_words": report.place_words,
        **_point_fields(report.point),
        "answers": canonical(dict(report.answers)),
        "evidence": canonical([_evidence_fields(one) for one in report.evidence]),
        "complete": report.complete,
        "confidential": contact.confidential,
        "contact_seal": sealer.seal(canonical(_contact_fields(contact)).encode()) if known else None,
        "phone_key": sealer.lookup(contact.phone) if contact.phone else None,
        "raw_seal": sealer.seal(raw),
        "content_hash": content_hash(report, sealer),
    }


def report_of(row: Mapping[str, Any], sealer: Sealer) -> Report:
    """The report as it was told."""
    return Report(
        id=row["id"],
        origin=Origin(row["channel"], row["external_id"], from_ms(row["received_ms"])),
        contact=contact_of(row, sealer),
        text=row["text"],
        place_words=row["place_words"],
        point=point_of(row),
        answers=orjson.loads(row["answers"]),
        evidence=evidence_of(row["evidence"]),
        complete=bool(row["complete"]),
    )


def contact_of(row: Mapping[str, Any], sealer: Sealer) -> Contact:
    """Who told it, opened."""
    if row["contact_seal"] is None:
        return Contact(confidential=bool(row["confidential"]))
    fields = orjson.loads(sealer.open(row["contact_seal"]))
    return Contact(fields["phone"], fields["name"], bool(row["confidential"]))


def point_of(row: Mapping[str, Any]) -> GivenPoint | None:
    """The point as it was given."""
    if row["lon"] is None:
        return None
    return GivenPoint(row["lon"], row["lat"], Datum(row["datum"]), row["accuracy_metres"])


def evidence_of(text: str) -> tuple[Evidence, ...]:
    """The files that came with a report."""
    return tuple(
        Evidence(
            kind=EvidenceKind(one["kind"]),
            uri=one["uri"],
            sha256=one["sha256"],
            media_type=one["media_type"],
            size_bytes=one["size_bytes"],
            taken_at=datetime.fromisoformat(one["taken_at"]) if one["taken_at"] else None,
            look=one.get("look"),
        )
        for one in orjson.loads(text)
    )


def _point_fields(point: GivenPoint | None) -> dict[str, Any]:
    if point is None:
        return {"lon": None, "lat": None, "datum": None, "accuracy_metres": None}
    return {
        "lon": point.lon,
        "lat": point.lat,
        "datum": str(point.datum),
        "accuracy_metres": point.accuracy_metres,
    }


def _contact_fields(contact: Contact) -> dict[str, Any]:
    return {"phone": contact.phone, "name": contact.name, "confidential": contact.confidential}


def _evidence_fields(evidence: Evidence) -> dict[str, Any]:
    return {
        "kind": str(evidence.kind),
        "uri": evidence.uri,
        "sha256": evidence.sha256,
        "media_type": evidence.media_type,
        "size_bytes": evidence.size_bytes,
        "taken_at": evidence.taken_at.isoformat() if evidence.taken_at else None,
        **({"look": evidence.look} if evidence.look else {}),
    }
