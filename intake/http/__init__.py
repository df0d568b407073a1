"""The HTTP toolkit that every room builds on: routes as values, a `Call` for each request, answers and problems.

Rooms export tuples of `Route`; a handler is `async def handler(call: Call) -> web.StreamResponse` and raises the errors
of `intake.errors`. `hub` mounts all of them with `mount`.
"""

from __future__ import annotations

from intake.http.answers import CHINA, dump_json, json_answer, local, no_content
from intake.http.call import Call, Parts
from intake.http.error_form import ErrorForm
from intake.http.errors import CsrfRefused, Malformed, PreconditionRequired, TooManyRequests, UnsupportedMedia
from intake.http.etag import etag, not_modified, require_match
from intake.http.health import Probe, health_routes
from intake.http.language import LANGUAGE_COOKIE, Language, language_of
from intake.http.mount import mount
from intake.http.openapi import document_routes, openapi
from intake.http.pages import TEMPLATES, make_environment, render
from intake.http.paging import Page, PageQuery, decode_cursor, encode_cursor
from intake.http.principal import SESSION_COOKIE, Authenticator, Nobody, Principal
from intake.http.problem import ProblemView, problem_answer
from intake.http.proxies import Proxies
from intake.http.reading import Limits
from intake.http.route import PUBLIC, SIGNED_IN, Handler, Route
from intake.http.runner import HubRunner
from intake.http.sse import EventSource, StreamEvent, stream_answer
from intake.http.toll import PROOF_HEADER, Challenge, Door, NoToll, ProofWanted, Toll
from intake.http.upload import Upload
from intake.http.uploads import Photo, check_photos
from intake.http.validation import validate, words_error

__all__ = [
    "CHINA",
    "LANGUAGE_COOKIE",
    "PROOF_HEADER",
    "PUBLIC",
    "SESSION_COOKIE",
    "SIGNED_IN",
    "TEMPLATES",
    "Authenticator",
    "Call",
    "Challenge",
    "CsrfRefused",
    "Door",
    "ErrorForm",
    "EventSource",
    "Handler",
    "HubRunner",
    "Language",
    "Limits",
    "Malformed",
    "NoToll",
    "Nobody",
    "Page",
    "PageQuery",
    "Parts",
    "Photo",
    "PreconditionRequired",
    "Principal",
    "Probe",
    "ProblemView",
    "ProofWanted",
    "Proxies",
    "Route",
    "StreamEvent",
    "Toll",
    "TooManyRequests",
    "UnsupportedMedia",
    "Upload",
    "check_photos",
    "decode_cursor",
    "document_routes",
    "dump_json",
    "encode_cursor",
    "etag",
    "health_routes",
    "json_answer",
    "language_of",
    "local",
    "make_environment",
    "mount",
    "no_content",
    "not_modified",
    "openapi",
    "problem_answer",
    "render",
    "require_match",
    "stream_answer",
    "validate",
    "words_error",
]
