"""What every evidence store does."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from case_api.store.evidence import EvidenceDirectory
from intake.errors import NotFound, Temporary
from intake.model import Evidence, EvidenceKind
from intake.ports import EvidenceStore
from tests.fakes.evidence_store import FakeEvidenceStore

CONTENT = b"\xff\xd8 a picture \x00"


@pytest.fixture(params=["memory", "directory"])
def evidence(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    """Each implementation in turn, empty."""
    return FakeEvidenceStore() if request.param == "memory" else EvidenceDirectory(tmp_path / "evidence")


async def test_what_was_put_is_read_again(evidence: EvidenceStore) -> None:
    kept = await evidence.put(EvidenceKind.PHOTO, CONTENT, "image/jpeg")
    assert await evidence.read(kept.uri) == CONTENT


async def test_evidence_is_described_by_its_content(evidence: EvidenceStore) -> None:
    kept = await evidence.put(EvidenceKind.PHOTO, CONTENT, "image/jpeg")
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert kept == Evidence(EvidenceKind.PHOTO, kept.uri, digest, "image/jpeg", len(CONTENT))


async def test_the_same_bytes_are_kept_once_even_at_once(evidence: EvidenceStore) -> None:
    kept = await asyncio.gather(*(evidence.put(EvidenceKind.PHOTO, CONTENT, "image/png") for _ in range(8)))
    assert len({one.uri for one in kept}) == 1
    assert await evidence.read(kept[0].uri) == CONTENT


async def test_other_bytes_have_another_address(evidence: EvidenceStore) -> None:
    first = await evidence.put(EvidenceKind.PHOTO, CONTENT, "image/png")
    second = await evidence.put(EvidenceKind.PHOTO, CONTENT + b".", "image/png")
    assert (await evidence.read(first.uri), await evidence.read(second.uri)) == (CONTENT, CONTENT + b".")


async def test_an_empty_file_is_a_file(evidence: EvidenceStore) -> None:
    kept = await evidence.put(EvidenceKind.TRANSCRIPT, b"", "text/plain")
    assert await evidence.read(kept.uri) == b""


@pytest.mark.parametrize("uri", ["evidence:" + "0" * 64, "evidence:", "", "evidence:../../hub.db", "/etc/hostname"])
async def test_an_address_of_nothing_is_not_found(evidence: EvidenceStore, uri: str) -> None:
    await evidence.put(EvidenceKind.PHOTO, CONTENT, "image/png")
    with pytest.raises(NotFound):
        await evidence.read(uri)


async def test_a_file_outside_the_folder_cannot_be_reached(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"key")
    store = EvidenceDirectory(tmp_path / "evidence")
    await store.put(EvidenceKind.PHOTO, CONTENT, "image/png")
    for uri in ("evidence:../secret.key", "../secret.key", f"evidence:{'a' * 64}/../../secret.key"):
        with pytest.raises(NotFound):
            await store.read(uri)


async def test_a_disk_that_refuses_is_temporary(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_bytes(b"a file where the folder should be")
    with pytest.raises(Temporary):
        await EvidenceDirectory(tmp_path / "evidence").put(EvidenceKind.PHOTO, CONTENT, "image/png")


async def test_nothing_but_whole_files_lies_in_the_folder(tmp_path: Path) -> None:
    store = EvidenceDirectory(tmp_path)
    kept = await store.put(EvidenceKind.PHOTO, CONTENT, "image/jpeg")
    files = await asyncio.to_thread(lambda: [path.name for path in tmp_path.rglob("*") if path.is_file()])
    assert files == [f"{kept.sha256}.jpg"]
