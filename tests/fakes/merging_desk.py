"""Cases to merge, in memory or on a database: each opened by a report of its own, some joined by others."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from case_api.casepack import CasePack, read_case_pack
from case_api.services import CaseReader, Merging
from case_api.store.case_reader import SqlCaseReader
from case_api.store.case_views import CaseViews
from case_api.store.casework import Casework
from case_api.store.merging import SqlMerging
from case_api.store.plane import Plane
from intake.model import AttachToCase, CaseGlimpse, Contact, Decision, Understanding
from intake.pack import Faults
from tests.fakes.bus import FakeBus
from tests.fakes.case_services import FakeCases, case
from tests.fakes.clock import START, FakeClock
from tests.fakes.filing import FakeFiling
from tests.fakes.geocoder import InMemoryGeocoder
from tests.fakes.samples import LAT, a_location, a_report, open_or_attach, understood
from tests.fakes.stores import SqlStores

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny_city"
APART_METRES = 3000.0


class MergingDesk(Protocol):
    """What the contract of merging works on."""

    @property
    def merging(self) -> Merging: ...

    @property
    def cases(self) -> CaseReader: ...

    async def open(self, *report_ids: str) -> str:
        """A case of these reports, opened an hour after the last one, far from all others; its number."""
        ...

    async def join(self, number: str, report_id: str) -> None:
        """One more report for a case."""
        ...


@dataclass
class MemoryDesk:
    """Over `FakeCases`."""

    store: FakeCases = field(default_factory=FakeCases)

    @property
    def merging(self) -> Merging:
        """The fake itself."""
        return self.store

    @property
    def cases(self) -> CaseReader:
        """The fake itself."""
        return self.store

    async def open(self, *report_ids: str) -> str:
        """See the protocol."""
        at = START + timedelta(hours=len(self.store.cases))
        number = f"{26112400001 + len(self.store.cases)}"
        values = {"report_ids": list(report_ids), "report_count": len(report_ids), "version": len(report_ids)}
        clocks = {"opened_at": at, "due_at": at + timedelta(days=1)}
        self.store.cases[number] = case(number).model_copy(update={**values, **clocks})
        return number

    async def join(self, number: str, report_id: str) -> None:
        """See the protocol."""
        seen = self.store.cases[number]
        reports = [*seen.report_ids, report_id]
        values = {"report_ids": reports, "report_count": len(reports), "version": seen.version + 1}
        self.store.cases[number] = seen.model_copy(update=values)


@dataclass
class SqlDeskOfMerging:
    """Over a database."""

    stores: SqlStores
    opened: int = 0

    @property
    def pack(self) -> CasePack:
        """The tiny city."""
        pack = read_case_pack(TINY, Faults())
        assert pack is not None
        return pack

    @property
    def clock(self) -> FakeClock:
        """The clock of the stores."""
        return self.stores.clock

    @property
    def merging(self) -> SqlMerging:
        """The real one; nobody listens to its bus."""
        pack, plane = self.pack, Plane(LAT)
        casework = Casework(FakeFiling(), plane)
        geocoder = InMemoryGeocoder([])
        database, clock = self.stores.database, self.stores.clock
        return SqlMerging(database, pack, casework, CaseViews(pack), geocoder, FakeBus(), clock)

    @property
    def cases(self) -> SqlCaseReader:
        """The real one."""
        return SqlCaseReader(self.stores.database, CaseViews(self.pack), Plane(LAT), str)

    async def open(self, *report_ids: str) -> str:
        """See the protocol."""
        first, *others = report_ids
        one = await self.told(first, east_metres=self.opened * APART_METRES)
        (settled,) = await self.stores.cases.settle([one], open_or_attach)
        assert settled.case_number is not None
        for report_id in others:
            await self.join(settled.case_number, report_id)
        self.opened += 1
        self.clock.move(3600)
        return settled.case_number

    async def join(self, number: str, report_id: str) -> None:
        """See the protocol."""
        await self.settle(report_id, AttachToCase(number, 1.0, ("同一问题",)))

    async def settle(self, report_id: str, decision: Decision) -> None:
        """A report that becomes this."""
        one = await self.told(report_id)

        def decide(_: Understanding, _near: Sequence[CaseGlimpse]) -> Decision:
            return decision

        await self.stores.cases.settle([one], decide)

    async def told(self, report_id: str, east_metres: float = 0.0, phone: str | None = None) -> Understanding:
        """A report that waits, so far east of the gate; from a telephone, if one is named."""
        report = a_report(report_id, f"井盖不见了{report_id}", self.clock.now())
        if phone is not None:
            report = dataclasses.replace(report, contact=Contact(phone))
        await self.stores.reports.add(report, b"")
        return understood(report, a_location(east_metres=east_metres))
