"""Photos that staff must know about: in memory as the tests pretend, and on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from case_api.limit_views import FlaggedPhotos
from case_api.store.database import Database
from case_api.store.file_scans import SqlScanFlags
from case_api.store.migrate import migrate
from intake.scanning import ScanFlag, ScanFlags
from tests.fakes.clock import FakeClock
from tests.fakes.scan_flags import FakeScanFlags

FIRST = ScanFlag("1" * 64, "evidence:1", "r1")
SECOND = ScanFlag("2" * 64, "evidence:2", "r1")


class Flags(ScanFlags, FlaggedPhotos, Protocol):
    """Both sides."""


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def flags(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flags]:
    """No flags yet."""
    if request.param == "memory":
        yield FakeScanFlags()
        return
    url = f"sqlite:///{tmp_path / 'hub.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database.connect(url)
    migrate(database)
    yield SqlScanFlags(database, FakeClock())
    database.close()


async def listed(flags: Flags) -> set[tuple[str, str | None]]:
    """What staff see."""
    return {(one.sha256, one.finding) for one in await flags.listed()}


async def test_flagged_files_wait_and_are_shown(flags: Flags) -> None:
    await flags.flag([SECOND, FIRST])
    assert set(await flags.unscanned(10)) == {FIRST, SECOND}
    assert len(await flags.unscanned(1)) == 1
    assert await listed(flags) == {(FIRST.sha256, None), (SECOND.sha256, None)}


async def test_a_file_that_comes_again_keeps_its_flag(flags: Flags) -> None:
    await flags.flag([FIRST])
    await flags.flag([ScanFlag(FIRST.sha256, FIRST.uri, "r2")])
    assert list(await flags.unscanned(10)) == [FIRST]


async def test_a_clean_file_is_forgotten_and_a_harmful_one_is_not(flags: Flags) -> None:
    await flags.flag([FIRST, SECOND])
    await flags.looked(FIRST.sha256, None)
    await flags.looked(SECOND.sha256, "Eicar")
    assert list(await flags.unscanned(10)) == []
    assert await listed(flags) == {(SECOND.sha256, "Eicar")}
