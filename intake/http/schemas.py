"""JSON schemas of models, gathered under one roof, saying all that the reader of requests enforces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from intake.http.strict_json import TEXT_PATTERN

_TEMPLATE = "#/components/schemas/{model}"
_LARGEST = 2**53


class Schemas:
    """`components.schemas` of the models taken and answered; a model whose two shapes differ is listed as both."""

    def __init__(self, taken: Iterable[type[BaseModel]], answered: Iterable[type[BaseModel]]) -> None:
        pairs: list[tuple[type[BaseModel], JsonSchemaMode]] = [(kind, "validation") for kind in dict.fromkeys(taken)]
        pairs += [(kind, "serialization") for kind in dict.fromkeys(answered)]
        self._references, document = models_json_schema(pairs, by_alias=True, ref_template=_TEMPLATE)
        self.components: dict[str, Any] = document.get("$defs", {})
        inputs = [self._references[pair] for pair in pairs if pair[1] == "validation"]
        for name in _reachable(inputs, self.components):
            tighten(self.components[name])

    def reference(self, kind: type[BaseModel]) -> dict[str, Any]:
        """A `$ref` to the model as it is taken."""
        return dict(self._references[(kind, "validation")])

    def without_files(self, kind: type[BaseModel]) -> dict[str, Any]:
        """The form as it is taken where no file can be sent: a `$ref` unless the model has files to leave out."""
        reference = self.reference(kind)
        whole = self.components[reference["$ref"].rsplit("/", 1)[-1]]
        if not _is_file(whole.get("properties", {})):
            return reference
        return {**whole, "properties": {n: one for n, one in whole["properties"].items() if not _is_file(one)}}

    def answered(self, kind: type[BaseModel]) -> dict[str, Any]:
        """A `$ref` to the model as it is answered."""
        return dict(self._references[(kind, "serialization")])

    def parameters(self, kind: type[BaseModel]) -> dict[str, Any]:
        """The schema of a query or headers model, its inner models and enumerations moved to the components."""
        shape = kind.model_json_schema(mode="validation", by_alias=True, ref_template=_TEMPLATE)
        for name, inner in shape.pop("$defs", {}).items():
            tighten(inner)
            self.components.setdefault(name, inner)
        tighten(shape)
        return shape


def _is_file(schema: object) -> bool:
    return "'format': 'binary'" in str(schema)


def tighten(schema: object) -> None:
    """Add, in place, what holds everywhere: no control characters in texts, no integers beyond what JSON keeps."""
    if isinstance(schema, list):
        for inner in schema:
            tighten(inner)
    if not isinstance(schema, dict):
        return
    _limit(schema)
    for name in ("properties", "$defs"):
        for inner in schema.get(name, {}).values():
            tighten(inner)
    for name in ("items", "additionalProperties", "anyOf", "oneOf", "allOf", "prefixItems"):
        tighten(schema.get(name))


def _limit(schema: dict[str, Any]) -> None:
    chosen = schema.keys() & {"enum", "const", "pattern", "format"}
    if schema.get("type") == "string" and (not chosen or schema.get("format") == "password"):
        schema["pattern"] = TEXT_PATTERN
    if schema.get("type") == "integer" and not chosen:
        if not schema.keys() & {"maximum", "exclusiveMaximum"}:
            schema["maximum"] = _LARGEST
        if not schema.keys() & {"minimum", "exclusiveMinimum"}:
            schema["minimum"] = -_LARGEST


def _reachable(roots: Iterable[Any], components: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = [name for root in roots for name in _names(root)]
    while waiting:
        name = waiting.pop()
        if name not in found and name in components:
            found.add(name)
            waiting.extend(_names(components[name]))
    return found


def _names(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rsplit("/", 1)[-1]
        for inner in schema.values():
            yield from _names(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _names(inner)
