"""Data that a page carries for its scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from pydantic import BaseModel

from intake.http import dump_json


def embedded_json(value: BaseModel | Mapping[str, Any]) -> Markup:
    """JSON for a `<script type="application/json">`: whatever a citizen wrote, nothing in it can end the element."""
    text = dump_json(value).decode("utf-8")
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - every < > & is escaped
