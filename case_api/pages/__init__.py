"""Pages of the case store: tracking for citizens, sign-in and where it leads, the dispatcher's queue, the desk."""

from __future__ import annotations

from case_api.pages import desk, limits, queue, rooms, sign_in, tracking
from case_api.pages.services import DoorGuards, PageServices
from intake.http import Route

__all__ = ["DoorGuards", "PageServices", "routes"]


def routes(services: PageServices) -> tuple[Route, ...]:
    """All pages of this room."""
    return (
        *tracking.routes(services),
        *sign_in.routes(services),
        *rooms.routes(),
        *queue.routes(services),
        *desk.routes(services),
        *limits.routes(services),
    )
