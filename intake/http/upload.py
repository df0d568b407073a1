"""A file as it was sent, before anybody looked inside."""

from __future__ import annotations

import dataclasses
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclasses.dataclass(frozen=True, slots=True)
class Upload:
    """One file part of a multipart form. `name` and `media_type` are the sender's claims and prove nothing.

    A form model takes files by a field such as `photos: list[Upload] = []` or `photo: Upload | None = None`.
    """

    field: str
    name: str
    media_type: str
    content: bytes = dataclasses.field(repr=False)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Only an upload itself is taken."""
        return core_schema.is_instance_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Binary in OpenAPI's words."""
        return {"type": "string", "format": "binary"}
