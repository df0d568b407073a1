"""`attribute[CODE]=value` and `attribute[CODE][]=value`: the answers to a service's own questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from intake.channels.open311.services import CONFIDENTIAL, PLACE_WORDS, Attribute, Service
from intake.errors import FieldFault
from intake.http.strict_json import escape_pointer

_FIELD = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\])?")
Given = Mapping[str, Sequence[str]]


def given_attributes(extra: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Values by code, empty ones left out; other fields are passed over."""
    given: dict[str, list[str]] = {}
    for name, values in extra.items():
        found = _FIELD.fullmatch(name)
        told = [value.strip() for value in values if value.strip()]
        if found is not None and told:
            given.setdefault(found[1], []).extend(told)
    return given


def attribute_faults(service: Service, given: Given) -> list[FieldFault]:
    """What the service's own questions do not allow. A code that it does not ask for is no fault: it is kept."""
    return [fault for one in service.attributes for fault in _faults(one, given.get(one.code, ()))]


def attribute_answers(given: Given) -> dict[str, str]:
    """The values as keyed answers of a report, but for those that have a place of their own there."""
    kept = {code: values for code, values in given.items() if code not in (PLACE_WORDS, CONFIDENTIAL)}
    return {f"attribute.{code}": "，".join(values) for code, values in kept.items()}


def _faults(attribute: Attribute, values: Sequence[str]) -> list[FieldFault]:
    pointer = f"/attribute[{escape_pointer(attribute.code)}]"
    if len(values) > 1:
        return [FieldFault(pointer, "只能给出一个值。", "One value only.")]
    known = [option.key for option in attribute.options]
    if values and known and values[0] not in known:
        return [FieldFault(pointer, f"只能是：{'、'.join(known)}。", f"This must be one of {', '.join(known)}.")]
    return []
