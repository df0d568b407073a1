"""Pages from jinja2 templates of several rooms, in the reader's language, with times of the city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, TemplateNotFound, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from intake.errors import HubError, Invalid
from intake.http.answers import CHINA, local
from intake.http.call import Call
from intake.http.language import Language
from intake.http.principal import Principal
from intake.http.problem import TITLES

TEMPLATES: web.AppKey[Environment] = web.AppKey("templates", Environment)
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
ASKER: web.RequestKey[Principal] = web.RequestKey("asker", Principal)
_PROBLEM = "problem.html"


def make_environment(packages: Sequence[str], city: tuple[str, str] = ("", "")) -> Environment:
    """Templates of these packages' `templates` folders, earlier ones first; everything is escaped.

    `city` is the name of the city, zh and en.

    Filters: `moment` (2026-11-24 08:30), `clock` (08:30), `day` (2026-11-24), `iso` (with +08:00); None gives a dash.
    Functions: `t(zh, en)`; variables: call, language, principal, csrf, path, city.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        moment=lambda value: _shown(value, "%Y-%m-%d %H:%M"),
        clock=lambda value: _shown(value, "%H:%M"),
        day=lambda value: _shown(value, "%Y-%m-%d"),
        iso=lambda value: local(value) if value else "",
    )
    environment.globals["t"] = _translated
    environment.globals["city"] = city
    return environment


def render(call: Call, template: str, /, status: int = 200, **context: object) -> web.Response:
    """A page for this reader. The application holds the environment under `TEMPLATES`."""
    environment = call.request.app[TEMPLATES]
    text = environment.get_template(template).render(**_surroundings(call), **context)
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def problem_page(request: web.Request, error: HubError, language: Language, status: int) -> web.Response:
    """A readable page about an error: the template `problem.html` when a room has one, plain words otherwise.

    The template gets title, status, detail, detail_zh, detail_en, code, faults and request_id besides the usual, with
    whom the guard has recognised as principal.
    """
    call = Call(request, request.get(ASKER), language, request_id=request.get(REQUEST_ID, "-"))
    words = _problem_words(error, call, status)
    environment = request.app.get(TEMPLATES)
    try:
        if environment is None:
            raise TemplateNotFound(_PROBLEM)
        text = environment.get_template(_PROBLEM).render(**_surroundings(call), **words)
    except TemplateNotFound:
        text = str(_PLAIN.format(lang="en" if language == "en" else "zh-CN", home=call.say("首页", "Home"), **words))
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


_PLAIN = Markup(
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width,initial-scale=1"></head>'
    "<body><main><h1>{status} {title}</h1><p>{detail}</p><p><small>{request_id}</small></p>"
    '<p><a href="/">{home}</a></p></main></body></html>'
)


def _problem_words(error: HubError, call: Call, status: int) -> dict[str, Any]:
    return {
        "title": call.say(*TITLES.get(status, TITLES[500])),
        "status": status,
        "detail": call.say(error.zh, error.en),
        "detail_zh": error.zh,
        "detail_en": error.en,
        "code": error.code,
        "faults": error.faults if isinstance(error, Invalid) else (),
        "request_id": call.request_id,
    }


def _surroundings(call: Call) -> Mapping[str, Any]:
    return {
        "call": call,
        "language": call.language,
        "principal": call.principal,
        "csrf": call.csrf,
        "path": call.request.path,
    }


@pass_context
def _translated(context: Context, zh: str, en: str) -> str:
    return en if context.get("language") == "en" else zh


def _shown(value: datetime | None, pattern: str) -> str:
    return value.astimezone(CHINA).strftime(pattern) if value else "—"
