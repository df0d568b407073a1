"""The photos of a request: sent along in any field of the form, or named by an address."""

from __future__ import annotations

from dataclasses import dataclass

from intake.channels.open311.endpoint import Endpoint
from intake.errors import HubError
from intake.http import Call, Door, Principal, Upload
from intake.model import Evidence

FIELD = "media_url"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The photos as they are kept; `zh` and `en` say why one of them is missing."""

    evidence: tuple[Evidence, ...] = ()
    zh: str = ""
    en: str = ""


async def gather(endpoint: Endpoint, call: Call, report_id: str, sender: Principal | None, url: str | None) -> Gathered:
    """Check, screen and keep them. Raises what `PhotoIntake.keep` raises for photos that were sent.

    A photo that is named by an address and cannot be had never loses the report: the words tell of it.
    """
    sent = await endpoint.photos.keep(call.files, report_id, call, Door.OPEN311, principal=sender)
    address = (url or "").strip()
    if not address:
        return Gathered(sent)
    try:
        file = Upload(FIELD, "", "", await endpoint.fetcher.fetch(address))
        fetched = await endpoint.photos.keep((file,), report_id, call, Door.OPEN311, principal=sender)
    except HubError as error:
        return Gathered(sent, f"未能取到照片：{error.zh}", f"The photo was not taken over: {error.en}")
    return Gathered((*sent, *fetched))
