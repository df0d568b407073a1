"""When a photo is acknowledged, no power cut can take it: every name on the way to it was synced, by every writer."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from case_api.store import evidence as module
from case_api.store.evidence import EvidenceDirectory
from case_api.store.folders import sync_folder
from intake.errors import Temporary
from intake.model import EvidenceKind

CONTENT = b"\xff\xd8 a picture"
NAME = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """The folders that were synced, in order, with the names that were in each at that moment."""
    seen: list[tuple[str, list[str]]] = []

    def sync(folder: Path) -> None:
        seen.append((folder.name, sorted(path.name for path in folder.iterdir())))
        sync_folder(folder)

    monkeypatch.setattr(module, "sync_folder", sync)
    return seen


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


async def put(store: EvidenceDirectory, content: bytes = CONTENT) -> None:
    await store.put(EvidenceKind.PHOTO, content, "image/jpeg")


WHOLE = [("data", ["evidence"]), ("evidence", [NAME[:2]]), (NAME[:2], [f"{NAME}.jpg"])]


async def test_a_first_photo_is_durable_with_every_folder_above_it(
    data: Path, synced: list[tuple[str, list[str]]]
) -> None:
    await put(EvidenceDirectory(data / "evidence"))
    assert synced == WHOLE


async def test_a_second_writer_that_finds_the_file_waits_until_its_name_is_durable(
    data: Path, synced: list[tuple[str, list[str]]]
) -> None:
    await put(EvidenceDirectory(data / "evidence"))
    synced.clear()
    second = EvidenceDirectory(data / "evidence")
    await put(second)
    assert synced == WHOLE
    synced.clear()
    await put(second)
    assert synced == WHOLE[2:]


async def test_a_folder_whose_name_could_not_be_synced_is_synced_by_the_next_try(
    data: Path, synced: list[tuple[str, list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EvidenceDirectory(data / "evidence")

    def fail(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(module, "sync_folder", fail)
        with pytest.raises(Temporary):
            await put(store)
    await put(store)
    assert synced == WHOLE


async def test_photos_and_their_folders_are_the_owners_alone(data: Path) -> None:
    before = os.umask(0)
    try:
        await put(EvidenceDirectory(data / "evidence"))
    finally:
        os.umask(before)
    paths = (data / "evidence", data / "evidence" / NAME[:2], data / "evidence" / NAME[:2] / f"{NAME}.jpg")
    assert [mode(path) for path in paths] == [0o700, 0o700, 0o600]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
