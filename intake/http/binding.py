"""Fills the models that a route declares from the parts of a request."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Any, Union, get_args, get_origin

from aiohttp import web
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from intake.errors import FieldFault, Invalid
from intake.http.call import Parts
from intake.http.errors import Malformed
from intake.http.reading import FORM_TYPES, Fields, Limits, parse_pairs, read_form, read_json, singles
from intake.http.route import Route
from intake.http.strict_json import check_texts, has_control
from intake.http.upload import Upload
from intake.http.validation import validate, validate_json

CSRF_FIELD = "csrf"
_EVERYWHERE = frozenset({"lang"})


async def read_parts(request: web.Request, route: Route, limits: Limits) -> tuple[Parts, str]:
    """The validated parts, and the CSRF token of a form ("" without one). Raises what reading and validating raise."""
    query = _query(request, route.query) if route.query else None
    headers = _headers(request, route.headers) if route.headers else None
    if route.body is not None and not (route.form is not None and request.content_type in FORM_TYPES):
        raw, value = await read_json(request, limits)
        return Parts(raw=raw, body=validate_json(route.body, value), query=query, headers=headers), ""
    if route.form is not None:
        raw, fields, files = await read_form(request, limits)
        token = "".join(fields.pop(CSRF_FIELD, [])[:1])
        form = validate(route.form, bind(route.form, fields, files, ""))
        return Parts(raw=raw, form=form, query=query, headers=headers, files=files), token
    return Parts(query=query, headers=headers), ""


def path_values(request: web.Request) -> Mapping[str, str]:
    """The decoded variables of the path. Raises Malformed for control characters in them."""
    values = dict(request.match_info)
    if any(has_control(value) for value in values.values()):
        raise Malformed("网址中含有控制字符。", "There are control characters in the address.")
    return values


def bind(kind: type[BaseModel], fields: Fields, files: Sequence[Upload], prefix: str) -> dict[str, Any]:
    """Fields of a form or query as the input of a model: lists where the model has lists, one value elsewhere.

    An empty value of an optional field counts as left out, as browsers send it. Raises Invalid for a repeated value.
    A model that allows extra fields gets each of them as the list of its values.
    """
    shape = {info.alias or name: info for name, info in kind.model_fields.items()}
    takes_all = kind.model_config.get("extra") == "allow"
    filled: dict[str, Any] = {}
    for name, values in fields.items():
        info = shape.get(name)
        if info is not None and values == [""] and not info.is_required():
            continue
        many = takes_all if info is None else _is_list(info)
        filled[name] = values if many else _single(name, values, prefix)
    for upload in files:
        info = shape.get(upload.field)
        if info is not None and _is_list(info):
            filled.setdefault(upload.field, []).append(upload)
        elif info is not None:
            filled[upload.field] = upload
    return filled


def _query(request: web.Request, kind: type[BaseModel]) -> BaseModel:
    _, _, text = request.raw_path.partition("?")
    fields = parse_pairs(text.encode("utf-8"))
    for name in _EVERYWHERE - kind.model_fields.keys():
        fields.pop(name, None)
    check_texts({"query": singles(fields)})
    return validate(kind, bind(kind, fields, (), "/query"), "/query")


def _headers(request: web.Request, kind: type[BaseModel]) -> BaseModel:
    names = [info.alias or name.replace("_", "-") for name, info in kind.model_fields.items()]
    fields = {name: request.headers.getall(name) for name in names if name in request.headers}
    check_texts({"headers": singles(fields)})
    keyed = {
        (info.alias or name): fields[shown][0] if len(fields[shown]) == 1 else _single(shown, fields[shown], "/headers")
        for (name, info), shown in zip(kind.model_fields.items(), names, strict=True)
        if shown in fields
    }
    return validate(kind, keyed, "/headers")


def _single(name: str, values: Sequence[str], prefix: str) -> str:
    if len(values) == 1:
        return values[0]
    zh, en = "只能给出一次。", "This can be given only once."
    raise Invalid(f"{name}：{zh}", f"{name}: {en}", (FieldFault(f"{prefix}/{name}", zh, en),))


def _is_list(info: FieldInfo) -> bool:
    return any(get_origin(kind) in (list, tuple, set, frozenset) for kind in _choices(info.annotation))


def _choices(annotation: object) -> tuple[object, ...]:
    if get_origin(annotation) in (Union, types.UnionType):
        return get_args(annotation)
    return (annotation,)
