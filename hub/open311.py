"""Open311 for this city: its catalogue as services, its endpoints, and what stands behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from case_api.catalogue import CategoryEntry, WordRow
from case_api.store.service_requests import SqlServiceRequests
from hub.city_views import Addresses
from hub.wiring import Hub
from intake.channels.fetching import FetchLimits, GuardedFetcher, networks_of
from intake.channels.open311 import (
    CONDITION,
    Attribute,
    Endpoint,
    NothingKept,
    Option,
    Rules,
    Sandbox,
    Service,
    ServiceList,
    discovery_routes,
    general_attributes,
    routes,
    service_code,
)
from intake.http import CHINA, Route
from intake.pack import Faults, read_rows
from intake.scanning import PhotoIntake

_PREFIX, _TEST_PREFIX = "/open311/v2", "/open311/test/v2"
_CATALOGUE_FILES = ("categories.csv", "conditions.csv", "words.csv")
_MOST_KEYWORDS = 20


def open311_routes(hub: Hub) -> tuple[Route, ...]:
    """Discovery, the endpoint that files reports, and the one to try things out with. Raises Invalid for a pack with
    faults, Temporary and Permanent as the database does."""
    live = _live(hub)
    test = _test(hub, live)
    return (*discovery_routes((("production", live), ("test", test))), *routes(live), *routes(test))


def _live(hub: Hub) -> Endpoint:
    networks = networks_of(hub.settings.open311.media_networks)
    return Endpoint(
        prefix=_PREFIX,
        services=city_services(hub),
        places=Addresses(hub.geocoder),
        reader=SqlServiceRequests(hub.database, hub.pack),
        inbox=hub.inbox,
        evidence=hub.evidence,
        photos=hub.limits.photos,
        fetcher=GuardedFetcher(FetchLimits(networks=networks)),
        keys=hub.accounts,
        toll=hub.limits.toll,
        clock=hub.clock,
        rules=_rules(hub),
    )


def _test(hub: Hub, live: Endpoint) -> Endpoint:
    sandbox, nothing = Sandbox(), NothingKept()
    return Endpoint(
        prefix=_TEST_PREFIX,
        services=live.services,
        places=live.places,
        reader=sandbox,
        inbox=sandbox,
        evidence=nothing,
        photos=PhotoIntake(nothing),
        fetcher=live.fetcher,
        keys=live.keys,
        toll=live.toll,
        clock=live.clock,
        rules=live.rules,
    )


def _rules(hub: Hub) -> Rules:
    told, city = hub.settings.open311, hub.pack.settings
    contact = f"{city.name} 12319 / {city.name_en or city.name}, telephone 12319"
    key_service = "向系统管理员申请（hub user token）/ Ask the administrator, who issues keys with `hub user token`"
    return Rules(
        jurisdictions=frozenset({city.code, told.jurisdiction_id} - {""}),
        key_required=told.key_required,
        public_url=told.public_url,
        contact=told.contact or contact,
        key_service=told.key_service or key_service,
    )


def city_services(hub: Hub) -> ServiceList:
    """The categories of the standard that applies now. Raises Invalid for a pack with faults."""
    words = _words(hub.settings.city)
    services = [_service(entry, words.get(entry.category.key, ())) for entry in hub.pack.catalogue.entries()]
    return ServiceList.of(services, _changed_at(hub.settings.city, hub.clock.now()))


def _service(entry: CategoryEntry, words: Sequence[str]) -> Service:
    category = entry.category
    options = tuple(
        Option(str(rule.condition.number), rule.condition.filing, rule.condition.filing) for rule in entry.rules
    )
    condition = Attribute(CONDITION, "属于哪种情形", "Which of these it is", options)
    return Service(
        code=service_code(category.key),
        category_key=category.key,
        name=category.name,
        name_en=category.name_en,
        description="；".join(rule.condition.filing for rule in entry.rules),
        group=category.class_name,
        keywords=tuple(dict.fromkeys((category.name, *words)))[:_MOST_KEYWORDS],
        attributes=(condition, *general_attributes()) if len(options) > 1 else general_attributes(),
    )


def _words(folder: Path) -> Mapping[str, list[str]]:
    """The words of each category; those against it are left out, and a fault here was noted when the pack was read."""
    found: dict[str, list[str]] = defaultdict(list)
    for _, row in read_rows(folder, "words.csv", WordRow, Faults()):
        if row.weight > 0 and "," not in row.word:
            found[row.category_key].append(row.word)
    return found


def _changed_at(folder: Path, now: datetime) -> datetime:
    """When the files of the catalogue last changed; never in the future, whatever their time says."""
    times = [(folder / name).stat().st_mtime for name in _CATALOGUE_FILES if (folder / name).exists()]
    return min(datetime.fromtimestamp(max(times, default=0.0), CHINA), now)
