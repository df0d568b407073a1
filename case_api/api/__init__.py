"""The JSON API of cases, reports, desk and city. `hub` mounts `routes(services)`."""

from __future__ import annotations

from case_api.api import (
    case_map,
    cases,
    city,
    desk,
    evidence,
    geocoding,
    hot_spots,
    limits,
    merging,
    reports,
    stream,
    tracking,
)
from case_api.api.services import ApiServices, CityViews
from intake.http import Route

__all__ = ["ApiServices", "CityViews", "routes"]


def routes(services: ApiServices) -> tuple[Route, ...]:
    """Every route of the API but the intake, which belongs to its channel."""
    return (
        *reports.routes(services),
        *evidence.routes(services),
        *tracking.routes(services),
        *cases.routes(services),
        *merging.routes(services),
        *hot_spots.routes(services),
        *case_map.routes(services),
        *desk.routes(services),
        *city.routes(services),
        *geocoding.routes(services),
        *limits.routes(services),
        *stream.routes(services),
    )
