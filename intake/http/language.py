"""Which of the two languages a sender reads."""

from __future__ import annotations

from typing import Literal

from aiohttp import web

Language = Literal["zh", "en"]
LANGUAGE_COOKIE = "lang"


def _known(word: str | None) -> Language | None:
    first = (word or "").strip().lower().split("-")[0]
    if first == "zh":
        return "zh"
    return "en" if first == "en" else None


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def accepted_language(header: str) -> Language | None:
    """The known language of an `Accept-Language` header with the highest weight; None when it names neither."""
    best: Language | None = None
    best_weight = 0.0
    for item in header.split(",")[:20]:
        tag, _, parameters = item.partition(";")
        found, weight = _known(tag), _weight(parameters)
        if found and weight > best_weight:
            best, best_weight = found, weight
    return best


def language_of(request: web.BaseRequest) -> Language:
    """`?lang=`, then the cookie `lang`, then `Accept-Language`, then zh."""
    return (
        _known(request.query.get("lang"))
        or _known(request.cookies.get(LANGUAGE_COOKIE))
        or accepted_language(request.headers.get("Accept-Language", ""))
        or "zh"
    )
