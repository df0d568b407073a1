"""What the web's rooms ask for, each as its own value, put together from the hub."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from case_api.api import ApiServices
from case_api.pages import DoorGuards, PageServices
from case_api.store.file_scans import GuardedFinder
from hub.city_views import city_views
from hub.limits import Limits
from hub.roles import Stop
from hub.wiring import Hub
from intake.channels.web import WebChannel
from intake.channels.web.choices import Choice, read_choices
from intake.errors import Invalid
from intake.http import Proxies
from intake.pack import Faults

_OWN_ADDRESSES = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Rooms:
    """The services of the web's rooms."""

    channel: WebChannel
    choices: Sequence[Choice]
    api: ApiServices
    pages: PageServices


def room_services(hub: Hub, stop: Stop) -> Rooms:
    """Everything wired; streams end when `stop` is asked for. Raises Invalid for a pack with faults."""
    views = city_views(hub.pack, hub.geocoder)

    def known(key: str) -> bool:
        return hub.pack.catalogue.find(key) is not None

    limits = hub.limits
    api = ApiServices(
        cases=hub.case_reader,
        case_map=hub.case_reader,
        reports=hub.report_reader,
        replayer=hub.reports,
        desk=hub.desk,
        dispatch=hub.dispatch,
        merging=hub.merging,
        hot_spots=hub.hot_spots,
        evidence=hub.evidence,
        evidence_finder=GuardedFinder(hub.evidence, limits.flags),
        geocoder=hub.geocoder,
        city=views,
        known_category=known,
        clock=hub.clock,
        toll=limits.toll,
        limits=limits.ledger,
        flagged_photos=limits.flags,
        events=hub.feed,
        shutdown=stop.event,
    )
    pages = PageServices(
        cases=hub.case_reader,
        reports=hub.report_reader,
        desk=hub.desk,
        hot_spots=hub.hot_spots,
        city=views,
        clock=hub.clock,
        toll=limits.toll,
        limits=limits.ledger,
        flagged_photos=limits.flags,
        guards=_guards(limits),
        sign_in=hub.accounts.sign_in,
        session_seconds=hub.accounts.limits.longest_seconds,
        secure_cookies=hub.settings.http.secure_cookies,
    )
    channel = WebChannel(hub.inbox, limits.photos, hub.clock, known, limits.toll)
    return Rooms(channel, _choices(hub, known), api, pages)


def _guards(limits: Limits) -> DoorGuards:
    told = limits.settings.limits
    return DoorGuards(
        counted=told.enabled,
        own_exempt=all(Proxies.of(told.exempt).trusts(address) for address in _OWN_ADDRESSES),
        scanned=limits.scanner is not None,
    )


def _choices(hub: Hub, known: Callable[[str], bool]) -> Sequence[Choice]:
    faults = Faults()
    choices = read_choices(hub.settings.city, faults, known)
    if faults.found:
        raise Invalid(f"城市数据包有误：{faults.found[0]}", f"The city pack has a fault: {faults.found[0]}")
    return choices
