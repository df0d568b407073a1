"""Failures that only HTTP knows, beside those of `intake.errors`."""

from __future__ import annotations

from intake.errors import Forbidden, Invalid, Permanent, Temporary


class Malformed(Invalid):
    """The bytes are not what the media type promises: broken JSON, percent-encoding, multipart."""

    code = "malformed"


class UnsupportedMedia(Permanent):
    """The Content-Type is not one that this address takes."""

    code = "unsupported-media-type"


class PreconditionRequired(Permanent):
    """An `If-Match` header is needed, so that nobody's change is overwritten unseen."""

    code = "precondition-required"


class CsrfRefused(Forbidden):
    """A cookie session changed something without the CSRF token of that session."""

    code = "csrf"


class TooSlow(Permanent):
    """The body did not arrive within the time allowed."""

    code = "request-timeout"


class TooManyRequests(Temporary):
    """Asked too often; `retry_after_seconds` says when again."""

    code = "too-many-requests"

    def __init__(self, zh: str, en: str, retry_after_seconds: int) -> None:
        super().__init__(zh, en)
        self.retry_after_seconds = retry_after_seconds
