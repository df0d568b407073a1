"""Pages of the case store: tracking for citizens, sign-in, the dispatcher's queue, the desk."""

from __future__ import annotations

from case_api.pages import desk, queue, sign_in, tracking
from case_api.pages.services import PageServices
from intake.http import Route

__all__ = ["PageServices", "routes"]


def routes(services: PageServices) -> tuple[Route, ...]:
    """All pages of this room."""
    return (*tracking.routes(services), *sign_in.routes(services), *queue.routes(services), *desk.routes(services))
