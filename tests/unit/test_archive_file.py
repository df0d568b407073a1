"""The file of a backup: whole under its name, or not there."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from case_api.store.archive import file_without_half
from intake.errors import NotAllowedNow


def test_the_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    with file_without_half(path) as file:
        file.write(b"half")
        assert not path.exists()
        file.write(b" and half")
    assert path.read_bytes() == b"half and half"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", [OSError, SystemExit, KeyboardInterrupt])
def test_whatever_ends_it_halfway_leaves_nothing(tmp_path: Path, ending: type[BaseException]) -> None:
    half_way = file_without_half(tmp_path / "one.backup")
    half_way.__enter__().write(b"half")
    swallowed = half_way.__exit__(ending, ending(), None)
    assert (swallowed, list(tmp_path.iterdir())) == (False, [])


def test_a_backup_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    path.write_bytes(b"of yesterday")
    with pytest.raises(NotAllowedNow):
        file_without_half(path).__enter__()
    assert path.read_bytes() == b"of yesterday"
