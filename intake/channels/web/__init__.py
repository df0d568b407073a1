"""The web as a channel: a public form and JSON become reports."""

from __future__ import annotations

from intake.channels.web.api import ReceiptView, routes
from intake.channels.web.shapes import SubmitForm, SubmitHeaders, SubmitReport
from intake.channels.web.submit import WebChannel

__all__ = ["ReceiptView", "SubmitForm", "SubmitHeaders", "SubmitReport", "WebChannel", "routes"]
