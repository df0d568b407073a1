"""Versions as strong entity tags, so that nobody's change is overwritten unseen."""

from __future__ import annotations

import re

from intake.errors import StaleVersion
from intake.http.call import Call
from intake.http.errors import Malformed, PreconditionRequired

_LIST = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e]*"\s*(?:,\s*(?:W/)?"[\x21\x23-\x7e]*"\s*)*')
_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e]*")')


def etag(version: int | str) -> str:
    """`"7"`: the strong tag of a version, as the `ETag` header has it."""
    return f'"{version}"'


def parse_tags(header: str) -> tuple[tuple[bool, str], ...]:
    """Each tag of an `If-Match` or `If-None-Match` list as (weak?, tag). Raises Malformed."""
    if not _LIST.fullmatch(header):
        raise Malformed(
            'If-Match 须为带引号的版本，例如 "7"。',
            'If-Match and If-None-Match carry quoted versions, such as "7".',
        )
    return tuple((bool(weak), tag) for weak, tag in _TAG.findall(header))


def require_match(call: Call, version: int | str) -> None:
    """Let a change through only when the sender saw this version.

    Raises PreconditionRequired without `If-Match`, Malformed for a list that is none, StaleVersion for another version.
    """
    header = call.request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired(
            "请先读取，再带上 If-Match（读取时返回的 ETag）提交。",
            "Read it first, then send the ETag you were given as If-Match.",
        )
    if header.strip() == "*":
        return
    if (False, etag(version)) not in parse_tags(header):
        raise StaleVersion(
            "您读取之后已有人改动，请重新读取后再决定。",
            "Somebody changed it since you read it: read it again, then decide again.",
        )


def not_modified(call: Call, version: int | str) -> bool:
    """True when `If-None-Match` names this version, so that 304 is the answer. Raises Malformed."""
    header = call.request.headers.get("If-None-Match")
    if header is None:
        return False
    return header.strip() == "*" or etag(version) in {tag for _, tag in parse_tags(header)}
