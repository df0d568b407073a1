"""How errors are told where a standard wants another body than RFC 9457, for whole families of addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from pydantic import BaseModel

from intake.errors import HubError
from intake.http.language import Language

ErrorAnswer = Callable[[web.Request, HubError, Language, int], web.Response]


@dataclass(frozen=True, slots=True)
class ErrorForm:
    """The errors of every address that begins with one of `prefixes`, known or unknown.

    `answer` gets the status that the hub gives an error and may answer another; `statuses` says which, for the
    document, and `media_types` what its body is there: a model, or None where no schema can say it.
    """

    prefixes: tuple[str, ...]
    answer: ErrorAnswer
    statuses: Mapping[int, int] = field(default_factory=dict)
    media_types: Mapping[str, type[BaseModel] | None] = field(default_factory=dict)

    def documented(self, statuses: Iterable[int]) -> set[int]:
        """The statuses that are answered for those of the hub."""
        return {self.statuses.get(status, status) for status in statuses}


_FORMS: web.AppKey[dict[str, ErrorForm]] = web.AppKey("error_forms", dict)


def add_form(app: web.Application, form: ErrorForm) -> None:
    """Let an application tell errors so; before it starts."""
    if _FORMS not in app:
        app[_FORMS] = {}
    app[_FORMS].update(dict.fromkeys(form.prefixes, form))


def form_of(request: web.Request) -> ErrorForm | None:
    """The form of an address: that of the longest prefix; None for RFC 9457 or a page."""
    forms = request.app.get(_FORMS, {})
    found = [prefix for prefix in forms if request.path.startswith(prefix)]
    return forms[max(found, key=len)] if found else None
