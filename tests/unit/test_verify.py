"""Proof of the history: whatever is changed or cut off is found."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from case_api.store.anchors import Anchors
from case_api.store.database import Database
from case_api.store.verify import Proof, verify_history
from intake.errors import Temporary
from intake.model import AttachToCase
from tests.fakes.clock import START, FakeClock
from tests.fakes.samples import a_location, a_report, open_or_attach, understood
from tests.fakes.stores import sql_stores

_TRIGGERS = ("case_event_no_update", "case_event_no_delete")
COLUMNS = ("n", "kind", "at_ms", "actor", "payload", "prev_hash", "hash", "case_number")


@dataclass(frozen=True, slots=True)
class History:
    """Three cases, nine events and three anchors in a folder; the last event waits for its anchor."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "hub.db"

    @property
    def journal(self) -> Path:
        return self.folder / "anchors.log"

    def copied_to(self, folder: Path) -> History:
        shutil.copytree(self.folder, folder)
        return History(folder)

    def tamper(self, *statements: str) -> None:
        """What somebody with the file and no scruples does."""
        with closing(sqlite3.connect(self.file)) as connection, connection:
            for trigger in _TRIGGERS:
                connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            for statement in statements:
                connection.execute(statement)

    def proof(self) -> Proof:
        database = Database.connect(f"sqlite:///{self.file}")
        try:
            return database.transaction(lambda connection: verify_history(connection, self.journal))
        finally:
            database.close()


async def write_history(folder: Path, clock: FakeClock) -> None:
    """Rounds of three reports at three places, anchored after each but for one event."""
    stores = sql_stores(folder / "hub.db", clock)
    anchors = Anchors(stores.database, clock, folder / "anchors.log")
    for turn in range(3):
        for place in range(3):
            report = a_report(f"r{turn}{place}")
            await stores.reports.add(report, b"")
            await stores.cases.settle([understood(report, a_location(east_metres=place * 3000))], open_or_attach)
        assert await anchors.anchor_new() == 3
        clock.move(1.0)
    last = a_report("last")
    await stores.reports.add(last, b"")
    await stores.cases.settle([understood(last)], lambda *_: AttachToCase("26112400001", 1.0, ()))
    with closing(sqlite3.connect(folder / "hub.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stores.database.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("history")
    asyncio.run(write_history(folder, FakeClock()))
    return History(folder)


@pytest.fixture
def history(whole: History, tmp_path: Path) -> History:
    """A copy to spoil."""
    return whole.copied_to(tmp_path / "copy")


def test_a_whole_history_is_proven(history: History) -> None:
    proof = history.proof()
    assert (proof.ok, proof.cases, proof.events, proof.anchors, proof.faults) == (True, 3, 10, 3, [])


def test_a_new_installation_is_proven(tmp_path: Path) -> None:
    stores = sql_stores(tmp_path / "hub.db", FakeClock())
    stores.database.close()
    assert History(tmp_path).proof() == Proof()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), seq=st.integers(1, 10), column=st.sampled_from(COLUMNS))
def test_any_change_to_any_event_is_found(
    whole: History, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, seq: int, column: str
) -> None:
    copy = whole.copied_to(tmp_path_factory.mktemp("change") / "copy")
    with closing(sqlite3.connect(copy.file)) as connection, connection:
        (value,) = connection.execute(f"SELECT {column} FROM case_event WHERE seq = ?", (seq,)).fetchone()  # noqa: S608
        other = data.draw(_others(value))
        for trigger in _TRIGGERS:
            connection.execute(f"DROP TRIGGER {trigger}")
        try:
            connection.execute(f"UPDATE case_event SET {column} = ? WHERE seq = ?", (other, seq))  # noqa: S608
        except sqlite3.IntegrityError:
            return
    assert copy.proof().ok is False


def _others(value: object) -> st.SearchStrategy[object]:
    """Other values of the same type, and a changed spelling of this one."""
    if isinstance(value, int):
        return st.integers(1, 2**52).filter(lambda other: other != value)
    words = str(value)
    near = st.integers(0, max(len(words) - 1, 0)).map(lambda at: words[:at] + "x" + words[at + 1 :])
    return (near | st.text('abc{}[]\n" 井', max_size=9)).filter(lambda other: other != words)


@pytest.mark.parametrize(
    "statements",
    [
        ("DELETE FROM case_event WHERE seq = 9",),
        ("DELETE FROM case_event WHERE seq = 4",),
        ("DELETE FROM case_event WHERE seq = 1",),
        ("DELETE FROM case_event WHERE seq = 9", "DELETE FROM anchor_leaf WHERE anchor_id = 3 AND n = 3"),
        ("DELETE FROM case_event WHERE case_number = '26112400003'",),
        (
            "DELETE FROM case_event WHERE case_number = '26112400003'",
            "DELETE FROM anchor_leaf WHERE case_number = '26112400003'",
            "DELETE FROM case_report WHERE case_number = '26112400003'",
            "DELETE FROM case_file WHERE number = '26112400003'",
        ),
        ("DELETE FROM anchor_leaf WHERE n = 2",),
        ("DELETE FROM anchor WHERE id = 2",),
        ("DELETE FROM anchor WHERE id = 3",),
        ("DELETE FROM anchor", "DELETE FROM anchor_leaf"),
        ("UPDATE anchor SET at_ms = at_ms + 1 WHERE id = 2",),
        ("UPDATE anchor SET events = 2 WHERE id = 2",),
        ("UPDATE anchor_leaf SET anchor_id = 1 WHERE anchor_id = 3 AND n = 3",),
        ("DELETE FROM unanchored",),
    ],
)
def test_what_is_cut_off_or_moved_is_found(history: History, statements: tuple[str, ...]) -> None:
    history.tamper(*statements)
    assert history.proof().ok is False


def test_a_cut_off_tail_is_named(history: History) -> None:
    history.tamper("DELETE FROM case_event WHERE seq = 9")
    assert history.proof().faults == ["案卷26112400003的第3条历史被删除", "第3个锚点与现有历史不符"]


def test_an_anchor_cut_off_with_everything_under_it_is_found_by_the_journal(history: History) -> None:
    history.tamper(
        "DELETE FROM unanchored",
        "DELETE FROM case_event WHERE n >= 3",
        "DELETE FROM anchor_leaf WHERE anchor_id = 3",
        "DELETE FROM anchor WHERE id = 3",
    )
    assert history.proof().faults == ["锚点日志中的第3个锚点不在数据库中"]


def test_a_history_written_anew_is_found_by_the_journal(history: History, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    asyncio.run(write_history(other, FakeClock(START + timedelta(minutes=1))))
    assert History(other).proof().faults == []
    shutil.copy(other / "hub.db", history.file)
    assert history.proof().faults == [f"锚点日志中的第{n}个锚点不在数据库中" for n in (1, 2, 3)]


def test_a_missing_journal_is_named(history: History) -> None:
    history.journal.unlink()
    assert history.proof().faults == ["锚点日志anchors.log缺失"]


def test_the_journal_may_lack_the_very_last_anchor_only(history: History) -> None:
    lines = history.journal.read_text().splitlines(keepends=True)
    history.journal.write_text("".join(lines[:2]))
    assert history.proof().faults == []
    history.journal.write_text("".join(lines[:1]))
    assert history.proof().faults == ["锚点日志缺少第2个锚点"]


def test_a_torn_line_of_the_journal_is_not_an_anchor(history: History) -> None:
    lines = history.journal.read_text()
    history.journal.write_text(lines + "4 2026-11-24T")
    assert history.proof().faults == []
    history.journal.write_bytes(b"\xff\xfe\n" + lines.encode()[:-10])
    assert history.proof().faults == []


def anchor_again(history: History) -> int:
    """Anchor what waits, as a hub that was started again does."""

    async def work() -> int:
        database = Database.connect(f"sqlite:///{history.file}")
        try:
            return await Anchors(database, FakeClock(), history.journal).anchor_new()
        finally:
            database.close()

    return asyncio.run(work())


@pytest.mark.parametrize("kept", [b"", b"torn", b"whole"])
def test_the_journal_catches_up_after_a_crash_between_anchor_and_line(history: History, kept: bytes) -> None:
    lines = history.journal.read_bytes().splitlines(keepends=True)
    rest = {b"": b"", b"torn": lines[2][:20], b"whole": lines[2]}[kept]
    history.journal.write_bytes(b"".join(lines[:2]) + rest)
    assert anchor_again(history) == 1
    proof = history.proof()
    assert (proof.anchors, proof.faults) == (4, [])
    noted = [line.split()[0] for line in history.journal.read_text().splitlines() if len(line.split()) == 4]
    assert noted == ["1", "2", "3", "4"]


def test_the_journal_catches_up_when_nothing_new_happens(history: History) -> None:
    anchor_again(history)
    whole = history.journal.read_text()
    lines = whole.splitlines(keepends=True)
    for kept in ("", "".join(lines[:1]), "".join(lines[:2]) + lines[2][:20]):
        history.journal.write_text(kept)
        assert anchor_again(history) == 0
        assert history.proof().faults == []
        noted = [line for line in history.journal.read_text().splitlines(keepends=True) if len(line.split()) == 4]
        assert noted == lines
    history.journal.write_text(whole)
    anchor_again(history)
    assert history.journal.read_text() == whole


def test_a_journal_that_was_deleted_is_written_anew_and_the_log_says_so(
    history: History, caplog: pytest.LogCaptureFixture
) -> None:
    history.journal.unlink()
    assert anchor_again(history) == 1
    assert history.proof().faults == []
    assert caplog.messages == [
        "the anchor journal anchors.log held none of 4 anchors and is written anew; compare it with its copy elsewhere"
    ]


def test_nothing_new_makes_no_anchor(history: History) -> None:
    assert [anchor_again(history), anchor_again(history)] == [1, 0]
    assert history.proof().anchors == 4


def test_a_journal_that_cannot_be_written_is_temporary_and_caught_up_later(history: History) -> None:
    lines = history.journal.read_text()
    history.journal.unlink()
    history.journal.mkdir()
    with pytest.raises(Temporary):
        anchor_again(history)
    history.journal.rmdir()
    history.journal.write_text(lines)
    assert history.proof().faults == []
