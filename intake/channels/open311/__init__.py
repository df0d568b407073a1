"""Open311 GeoReport v2 as a channel: requests become reports, and reports are shown as requests."""

from __future__ import annotations

from intake.channels.open311.discovery import discovery_routes
from intake.channels.open311.endpoint import Endpoint, Rules
from intake.channels.open311.ports import Acceptor, KeyReader, ServiceRequestReader
from intake.channels.open311.routes import routes
from intake.channels.open311.sandbox import NothingKept, Sandbox
from intake.channels.open311.services import (
    CONDITION,
    Attribute,
    Option,
    Service,
    ServiceList,
    general_attributes,
    service_code,
)

__all__ = [
    "CONDITION",
    "Acceptor",
    "Attribute",
    "Endpoint",
    "KeyReader",
    "NothingKept",
    "Option",
    "Rules",
    "Sandbox",
    "Service",
    "ServiceList",
    "ServiceRequestReader",
    "discovery_routes",
    "general_attributes",
    "routes",
    "service_code",
]
