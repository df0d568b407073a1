"""Report store and case store that belong together, in memory or on a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from case_api.store.casework import Casework
from case_api.store.database import Database
from case_api.store.migrate import migrate
from case_api.store.plane import Plane
from case_api.store.reports import SqlReportStore
from case_api.store.sealing import Sealer
from case_api.store.settle import SqlCaseStore
from intake.ports import CaseStore, ReportStore
from tests.fakes.case_store import FakeCaseStore
from tests.fakes.clock import FakeClock
from tests.fakes.filing import FakeFiling
from tests.fakes.report_store import FakeReportStore
from tests.fakes.samples import LAT

KEY = bytes(range(32))


@dataclass(frozen=True, slots=True)
class Stores:
    """Both ports on one set of data. `second` opens them once more, as another process would."""

    reports: ReportStore
    cases: CaseStore
    clock: FakeClock
    second: Callable[[], Stores]
    close: Callable[[], None]


@dataclass(frozen=True, slots=True)
class SqlStores:
    """Both stores on one database, with what a test may want to look at."""

    database: Database
    reports: SqlReportStore
    cases: SqlCaseStore
    clock: FakeClock


def sql_stores(file: Path, clock: FakeClock) -> SqlStores:
    """Open a file, at the newest schema. Close its `database`."""
    return stores_at(f"sqlite:///{file}", clock)


def stores_at(url: str, clock: FakeClock) -> SqlStores:
    """Open a database by its URL, at the newest schema. Close its `database`."""
    database = Database.connect(url)
    migrate(database)
    reports = SqlReportStore(database, Sealer.from_key(KEY), clock)
    return SqlStores(database, reports, SqlCaseStore(database, Casework(FakeFiling(), Plane(LAT)), clock), clock)


def memory() -> Stores:
    """In-memory stores; the second worker meets the same data."""
    clock = FakeClock()
    reports = FakeReportStore(clock)
    cases = FakeCaseStore(reports, clock)

    def again() -> Stores:
        return Stores(reports, cases, clock, again, _nothing)

    return again()


def sqlite(folder: Path) -> Stores:
    """Stores on a file; each `second` is a connection and a thread of its own."""
    return sql(f"sqlite:///{folder / 'hub.db'}")


def sql(url: str) -> Stores:
    """Stores on a database; each `second` has connections and threads of its own."""
    clock = FakeClock()
    opened: list[SqlStores] = []

    def again() -> Stores:
        one = stores_at(url, clock)
        opened.append(one)
        return Stores(one.reports, one.cases, clock, again, close)

    def close() -> None:
        for one in opened:
            one.database.close()

    return again()


def _nothing() -> None:
    """Memory needs no closing."""
