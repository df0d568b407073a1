"""Errors as RFC 9457 problem documents. The one table from error to status is here."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from pydantic import BaseModel

from intake import errors
from intake.http import errors as http_errors
from intake.http.answers import json_answer
from intake.http.language import Language
from intake.http.toll import ProofWanted

MEDIA_TYPE = "application/problem+json"
_RETRY_SECONDS = 2

STATUS: Mapping[type[errors.HubError], int] = {
    http_errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    http_errors.TooSlow: 408,
    errors.NotAllowedNow: 409,
    errors.StaleVersion: 412,
    errors.TooLarge: 413,
    http_errors.UnsupportedMedia: 415,
    errors.Invalid: 422,
    errors.IdempotencyConflict: 422,
    errors.Permanent: 422,
    http_errors.PreconditionRequired: 428,
    http_errors.TooManyRequests: 429,
    errors.Temporary: 503,
    errors.HubError: 500,
}

TITLES: Mapping[int, tuple[str, str]] = {
    400: ("请求有误", "Bad request"),
    401: ("未登录", "Not signed in"),
    403: ("没有权限", "Not permitted"),
    404: ("没有找到", "Not found"),
    405: ("不支持此操作", "Method not allowed"),
    408: ("请求超时", "Request timed out"),
    409: ("当前状态不允许", "Not allowed in this state"),
    412: ("已被他人改动", "Changed meanwhile"),
    413: ("内容过大", "Too large"),
    415: ("内容类型不支持", "Unsupported media type"),
    422: ("内容无法受理", "Cannot be taken"),
    428: ("缺少 If-Match", "If-Match is needed"),
    429: ("过于频繁", "Too many requests"),
    431: ("请求头过大", "Headers too large"),
    500: ("系统出错", "Something broke"),
    503: ("暂时无法处理", "Temporarily unavailable"),
}


class FaultView(BaseModel):
    """One field that cannot be taken."""

    pointer: str
    detail: str
    detail_zh: str
    detail_en: str


class ChallengeView(BaseModel):
    """Work that opens a door whose quota is used up. For each index i from 0 to `answers` - 1 find a number N below
    2**32 such that SHA-256(SHA-256(token) + i + N), with i and N as four bytes, big end first, begins with `bits` zero
    bits; then send the same request with the header `Hub-Proof: TOKEN:N0,N1,...`, once, within `seconds`."""

    token: str
    bits: int
    answers: int
    seconds: int


class ProblemView(BaseModel):
    """An RFC 9457 problem. `detail` is in the reader's language; both are always there."""

    type: str
    title: str
    status: int
    detail: str
    detail_zh: str
    detail_en: str
    instance: str
    code: str
    faults: list[FaultView] = []
    challenge: ChallengeView | None = None


def status_of(error: errors.HubError) -> int:
    """The HTTP status of an error, by the nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem_view(error: errors.HubError, language: Language, request_id: str, status: int) -> ProblemView:
    """The problem document of an error, ready to be written."""
    title_zh, title_en = TITLES.get(status, TITLES[500])
    faults = error.faults if isinstance(error, errors.Invalid) else ()
    english = language == "en"
    return ProblemView(
        type=f"/problems/{error.code}",
        title=title_en if english else title_zh,
        status=status,
        detail=error.en if english else error.zh,
        detail_zh=error.zh,
        detail_en=error.en,
        instance=f"urn:hub12319:request:{request_id}",
        code=error.code,
        faults=[
            FaultView(pointer=f.pointer, detail=f.en if english else f.zh, detail_zh=f.zh, detail_en=f.en)
            for f in faults
        ],
        challenge=ChallengeView.model_validate(error.challenge, from_attributes=True)
        if isinstance(error, ProofWanted)
        else None,
    )


def problem_headers(error: errors.HubError, status: int) -> dict[str, str]:
    """`Retry-After` where trying again helps, `WWW-Authenticate` where signing in does."""
    if isinstance(error, http_errors.TooManyRequests):
        return {"Retry-After": str(error.retry_after_seconds)}
    if status == 503:
        return {"Retry-After": str(_RETRY_SECONDS)}
    return {"WWW-Authenticate": "Bearer"} if status == 401 else {}


def problem_answer(
    error: errors.HubError, language: Language = "zh", request_id: str = "-", status: int | None = None
) -> web.Response:
    """The answer that tells a program about an error."""
    number = status or status_of(error)
    view = problem_view(error, language, request_id, number).model_dump(exclude_none=True)
    return json_answer(view, number, problem_headers(error, number), MEDIA_TYPE)
