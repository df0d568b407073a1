"""The whole hub, wired in one place. Each part is made on first use, so that a command pays for what it needs only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from case_api.accounts import Accounts
from case_api.casepack import CasePack, read_case_pack
from case_api.catalogue import CityLearning, CurrentClassifier, ModelShelf
from case_api.dispatch.filing import Filing
from case_api.store.anchors import Anchors
from case_api.store.bursts import HotSpotRules
from case_api.store.case_reader import SqlCaseReader
from case_api.store.case_views import CaseViews
from case_api.store.casework import Casework
from case_api.store.checkpoints import Checkpoints
from case_api.store.database import Database
from case_api.store.desk import SqlDesk
from case_api.store.dispatching import SqlDispatch
from case_api.store.evidence import EvidenceDirectory
from case_api.store.feed import CaseFeed
from case_api.store.folders import private_folder
from case_api.store.hot_spots import SqlHotSpots
from case_api.store.installation_key import installation_sealer
from case_api.store.merging import SqlMerging
from case_api.store.opening import open_database
from case_api.store.outbox import Outbox
from case_api.store.plane import Plane
from case_api.store.report_reader import SqlReportReader
from case_api.store.reports import SqlReportStore
from case_api.store.sealing import Sealer
from case_api.store.settle import SqlCaseStore
from geocode import ServingGeocoder, load_city
from hub.city_reload import CityKeeper
from hub.clock import SystemClock
from hub.limits import Limits
from hub.settings import Settings
from intake.bus.line import RedisLine
from intake.bus.linked import LinkedBus
from intake.bus.redis import RedisBus
from intake.bus.streams import StreamRules
from intake.decide import Decider, DecideRules
from intake.errors import Invalid
from intake.inbox import Inbox
from intake.normalise import Normaliser
from intake.pack import Faults
from intake.ports import Clock
from intake.worker import Worker, WorkerRules

Part = TypeVar("Part")


@dataclass
class Hub:
    """One installation. Holds connections once parts were used: call `close`."""

    settings: Settings

    @cached_property
    def clock(self) -> Clock:
        """Real time."""
        return SystemClock()

    @cached_property
    def bus(self) -> LinkedBus | RedisBus:
        """By URL scheme. Raises Invalid for a URL that cannot be used."""
        url = self.settings.bus_url
        if url == "memory:":
            return self.link
        return RedisBus(RedisLine(url), StreamRules(namespace=self.settings.bus.namespace))

    @cached_property
    def link(self) -> LinkedBus:
        """Between parent and child of `--role all`: the bus itself, when it is in memory; else it tells who is gone."""
        return LinkedBus()

    @cached_property
    def database(self) -> Database:
        """The database, brought to the newest schema. Raises Permanent when it cannot be used; Temporary."""
        private_folder(self.settings.data)
        return open_database(self.settings.database_url)

    @cached_property
    def sealer(self) -> Sealer:
        """The installation's keys. Raises Permanent when the key is lost or belongs to another database."""
        return installation_sealer(self.database, self.settings.data / "secret.key")

    @cached_property
    def pack(self) -> CasePack:
        """The city's catalogue, units, rules and calendar. Raises Invalid with the first faults."""
        faults = Faults()
        pack = read_case_pack(self.settings.city, faults)
        return _usable(pack, faults)

    @cached_property
    def geocoder(self) -> ServingGeocoder:
        """The city's places. Raises Invalid with the first faults."""
        return ServingGeocoder(load_city(self.settings.city, self.clock.now()))

    @cached_property
    def city_keeper(self) -> CityKeeper:
        """Takes a changed pack into the geocoder."""
        return CityKeeper(self.settings.data, self.settings.city, self.clock, self.geocoder)

    @cached_property
    def evidence(self) -> EvidenceDirectory:
        """Files that prove something."""
        return EvidenceDirectory(self.settings.data / "evidence")

    @cached_property
    def limits(self) -> Limits:
        """Quotas of the public doors, and the scanner of uploads."""
        return Limits(self.settings, self.database, self.sealer, self.clock, self.evidence)

    @cached_property
    def reports(self) -> SqlReportStore:
        """The report store."""
        return SqlReportStore(self.database, self.sealer, self.clock)

    @cached_property
    def inbox(self) -> Inbox:
        """The one way in."""
        return Inbox(self.reports, self.bus)

    @cached_property
    def plane(self) -> Plane:
        """The city as a plane, about the latitude its pack states."""
        return Plane(self.pack.settings.reference_latitude)

    @cached_property
    def filing(self) -> Filing:
        """Unit and due time of a case."""
        return Filing(self.pack.catalogue, self.pack.responsibility, self.pack.calendar)

    @cached_property
    def casework(self) -> Casework:
        """What is done to cases."""
        return Casework(self.filing, self.plane)

    @cached_property
    def cases(self) -> SqlCaseStore:
        """The case store."""
        return SqlCaseStore(self.database, self.casework, self.clock, self.settings.decide.window_days)

    @cached_property
    def views(self) -> CaseViews:
        """Rows as shapes."""
        return CaseViews(self.pack)

    @cached_property
    def case_reader(self) -> SqlCaseReader:
        """Cases as they stand."""
        return SqlCaseReader(self.database, self.views, self.plane, self.pack.street_name)

    @cached_property
    def report_reader(self) -> SqlReportReader:
        """Reports and what became of them."""
        return SqlReportReader(self.database, self.sealer, self.views)

    @cached_property
    def desk(self) -> SqlDesk:
        """Questions only a person can answer."""
        return SqlDesk(
            database=self.database,
            pack=self.pack,
            casework=self.casework,
            views=self.views,
            sealer=self.sealer,
            geocoder=self.geocoder,
            bus=self.bus,
            clock=self.clock,
        )

    @cached_property
    def dispatch(self) -> SqlDispatch:
        """Cases to their units."""
        return SqlDispatch(self.database, self.pack, self.filing, self.views, self.bus, self.clock)

    @cached_property
    def merging(self) -> SqlMerging:
        """Cases that become one, and come apart again."""
        return SqlMerging(self.database, self.pack, self.casework, self.views, self.geocoder, self.bus, self.clock)

    @cached_property
    def hot_spots(self) -> SqlHotSpots:
        """Bursts of reports on one place."""
        known = self.settings.hot_spot
        rules = HotSpotRules(known.reports, known.minutes, known.metres)
        return SqlHotSpots(self.database, self.clock, self.bus, rules)

    @cached_property
    def feed(self) -> CaseFeed:
        """The live feed."""
        return CaseFeed(self.database, self.bus)

    @cached_property
    def outbox(self) -> Outbox:
        """Events on their way to the bus."""
        return Outbox(self.database, self.bus)

    @cached_property
    def anchors(self) -> Anchors:
        """Anchors over the history."""
        return Anchors(self.database, self.clock, self.settings.data / "anchors.log")

    @cached_property
    def checkpoints(self) -> Checkpoints:
        """The database's log, kept short."""
        return Checkpoints(self.database)

    @cached_property
    def accounts(self) -> Accounts:
        """People and their sessions."""
        return Accounts(self.database, self.clock)

    @cached_property
    def city_learning(self) -> CityLearning:
        """What the pack gives to learn categories from. Raises Invalid with the first faults."""
        faults = Faults()
        return _usable(CityLearning.read(self.settings.city, self.pack.classifier, faults), faults)

    @cached_property
    def models(self) -> ModelShelf:
        """Versions of the learned model."""
        return ModelShelf(self.settings.data / "models", self.city_learning.shipped)

    @cached_property
    def classifier(self) -> CurrentClassifier:
        """Category and intent of a text, by the version in use."""
        return CurrentClassifier(self.city_learning, self.models)

    @cached_property
    def normaliser(self) -> Normaliser:
        """Understands reports."""
        return Normaliser(self.geocoder, self.classifier)

    @cached_property
    def worker(self) -> Worker:
        """Settles what waits."""
        decide = self.settings.decide
        rules = DecideRules(
            place_confidence=decide.place_confidence,
            category_confidence=decide.category_confidence,
            attach=decide.attach,
            ask=decide.ask,
            verify_first=self.pack.settings.filing.verify_first,
        )
        work = self.settings.worker
        return Worker(
            reports=self.reports,
            cases=self.cases,
            normaliser=self.normaliser,
            decide=Decider(rules),
            bus=self.bus,
            rules=WorkerRules(
                batch_size=work.batch_size,
                sweep_seconds=work.sweep_seconds,
                attempts_limit=work.attempts_limit,
            ),
        )

    def close(self) -> None:
        """Let go of the database, when it was used."""
        if "database" in self.__dict__:
            self.database.close()


def _usable(part: Part | None, faults: Faults) -> Part:
    if part is None or faults.found:
        shown = "；".join(str(fault) for fault in faults.found[:5])
        raise Invalid(
            f"城市数据包有{len(faults.found)}处错误（用 hub city check 查看全部）：{shown}",
            f"The city pack has {len(faults.found)} faults (hub city check names them all): {shown}",
        )
    return part
