"""Where a filed request lies: `lat` and `long` in WGS84, words, or the code of a community."""

from __future__ import annotations

from intake.channels.open311.endpoint import Endpoint
from intake.channels.open311.shapes import FilingForm
from intake.channels.points import point_faults
from intake.errors import FieldFault, Invalid
from intake.model import Datum, GivenPoint

_POINTERS = {"/lon": "/long", "/lat": "/lat"}
_COMMUNITY_DIGITS = 12


def given_point(form: FilingForm) -> GivenPoint | None:
    """The point, if one was sent. Raises Invalid for half a point, no numbers, or impossible ones."""
    lat, lon = (form.lat or "").strip(), (form.long or "").strip()
    if not lat and not lon:
        return None
    faults = [fault for name, words in (("lat", lat), ("long", lon)) for fault in _number_faults(name, words)]
    if faults:
        raise Invalid("坐标有误。", "The coordinates cannot be taken.", faults)
    point = GivenPoint(float(lon), float(lat), Datum.WGS84)
    impossible = [FieldFault(_POINTERS[one.pointer], one.zh, one.en) for one in point_faults(point, "")]
    if impossible:
        raise Invalid("坐标有误。", "The coordinates cannot be taken.", impossible)
    return point


def place_words(endpoint: Endpoint, form: FilingForm, more: str) -> str | None:
    """The address and what was said beside it. Raises Invalid when neither point, address nor a known code was sent."""
    address = (form.address_string or "").strip()
    code = (form.address_id or "").strip()
    known = endpoint.places.get(code[:_COMMUNITY_DIGITS], "")
    located = bool(form.lat or form.long or address)
    if not located and code and not known:
        zh, en = "没有这个 address_id，请改填 lat、long 或 address_string。", "The address_id is not known."
        raise Invalid(zh, en, (FieldFault("/address_id", zh, en),))
    if not located and not code:
        zh = "缺少位置：请填 lat 和 long，或 address_string，或 address_id。"
        en = "The location is missing: send lat and long, address_string or address_id."
        raise Invalid(zh, en, (FieldFault("/address_string", zh, en),))
    words = " ".join(one for one in (address or ("" if form.lat else known), more.strip()) if one)
    return words or None


def _number_faults(name: str, words: str) -> list[FieldFault]:
    try:
        number = float(words)
    except ValueError:
        number = float("nan")
    if number - number == 0:
        return []
    zh, en = "须为数字（WGS84 度数），lat 与 long 都要填。", "A number in degrees; lat and long are both needed."
    return [FieldFault(f"/{name}", zh, en)]
