"""One endpoint: what stands behind its addresses, who asks, and for which city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from intake.channels.fetching import Fetcher
from intake.channels.open311.ports import Acceptor, KeyReader, ServiceRequestReader
from intake.channels.open311.services import ServiceList
from intake.channels.open311.shapes import Asked, FilingForm, UpdateForm
from intake.errors import Forbidden, NotFound, Unauthenticated
from intake.http import Call, Principal, Toll
from intake.ports import Clock, EvidenceStore
from intake.scanning import PhotoIntake

CHANNEL = "open311"
SUBMIT_PERMISSION = "reports.submit"
READ_PERMISSION = "reports.read"


@dataclass(frozen=True, slots=True)
class Rules:
    """What an installation decides. `jurisdictions` are names of its one city, any of which may be given;
    `public_url` is where the world finds it, empty for the address that was asked."""

    jurisdictions: frozenset[str]
    key_required: bool = True
    public_url: str = ""
    contact: str = ""
    key_service: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`places` are words for the codes that count as `address_id`: communities by their twelve digits."""

    prefix: str
    services: ServiceList
    places: Mapping[str, str]
    reader: ServiceRequestReader
    inbox: Acceptor
    evidence: EvidenceStore
    photos: PhotoIntake
    fetcher: Fetcher
    keys: KeyReader
    toll: Toll
    clock: Clock
    rules: Rules

    async def admit(self, call: Call, api_key: str | None, jurisdiction_id: str | None) -> Principal | None:
        """Who asks, by `api_key`, else as the request is signed; None for nobody. Raises Unauthenticated, NotFound."""
        jurisdiction = (jurisdiction_id or "").strip()
        if jurisdiction and jurisdiction not in self.rules.jurisdictions:
            raise NotFound(
                "没有这个辖区（jurisdiction_id），请不填。",
                "The jurisdiction_id provided was not found: this endpoint serves one city, leave it out.",
            )
        key = (api_key or "").strip()
        if not key:
            return call.principal
        found = await self.keys.of_token(key)
        if found is None:
            raise Unauthenticated("api_key 无效或已过期。", "The api_key is not valid, or has expired.")
        return found

    async def admit_sender(self, call: Call, form: FilingForm | UpdateForm) -> Principal | None:
        """Like `admit`, for what is sent; its address may name the key too. Raises Unauthenticated without a key where
        one is required, Forbidden for one that may not report."""
        asked = call.query(Asked)
        sender = await self.admit(call, form.api_key or asked.api_key, form.jurisdiction_id or asked.jurisdiction_id)
        if sender is None and self.rules.key_required:
            raise Unauthenticated("缺少 api_key，请向管理员申请。", "The api_key is missing: ask the operator for one.")
        if sender is not None and SUBMIT_PERMISSION not in sender.permissions:
            zh = f"这个 api_key 没有权限 {SUBMIT_PERMISSION}。"
            raise Forbidden(zh, f"This api_key lacks the permission {SUBMIT_PERMISSION}.")
        return sender

    def base_url(self, call: Call) -> str:
        """Scheme and host, without a slash at the end."""
        scheme = "https" if call.secure else "http"
        return self.rules.public_url.rstrip("/") or f"{scheme}://{call.request.host}"


def external_id(sender: Principal | None, key: str) -> str:
    """The idempotency key of what a sender sent: keys of different senders do not meet."""
    return f"{sender.user if sender else '-'}/{key}"


def may_read(asker: Principal | None) -> bool:
    """True for an asker who may read what citizens told."""
    return asker is not None and READ_PERMISSION in asker.permissions
