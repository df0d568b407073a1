"""What the pages need from the rest of the hub, as one frozen value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from case_api.api.services import CityViews
from case_api.limit_views import FlaggedPhotos, LimitBooks
from case_api.services import CaseReader, Desk, HotSpots, ReportReader
from intake.http import Principal, Toll
from intake.ports import Clock

SignIn = Callable[[str, str, str], Awaitable[tuple[str, Principal]]]


@dataclass(frozen=True, slots=True)
class DoorGuards:
    """What stands at the public doors here: whether senders are counted, whether this machine itself (loopback) is
    not, and whether somebody looks into uploaded photos."""

    counted: bool
    own_exempt: bool
    scanned: bool


@dataclass(frozen=True, slots=True)
class PageServices:
    """`sign_in` takes user, password and address, and answers the session's secret and its owner, as
    `Accounts.sign_in` does. `session_seconds` is how long a browser keeps it."""

    cases: CaseReader
    reports: ReportReader
    desk: Desk
    hot_spots: HotSpots
    city: CityViews
    clock: Clock
    toll: Toll
    limits: LimitBooks
    flagged_photos: FlaggedPhotos
    guards: DoorGuards
    sign_in: SignIn
    session_seconds: int
    secure_cookies: bool = False
