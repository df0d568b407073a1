"""Kept files are found by the hash of their content."""

from __future__ import annotations

from pathlib import Path

import pytest

from case_api.services import EvidenceFile
from case_api.store.evidence import EvidenceDirectory
from intake.errors import NotFound
from intake.model import EvidenceKind


@pytest.mark.parametrize(
    "media_type", ["image/jpeg", "image/png", "image/webp", "audio/wav", "application/octet-stream"]
)
async def test_a_kept_file_is_found_with_its_media_type(tmp_path: Path, media_type: str) -> None:
    store = EvidenceDirectory(tmp_path)
    kept = await store.put(EvidenceKind.PHOTO, b"content", media_type)
    assert await store.find(kept.sha256) == EvidenceFile(kept.uri, media_type)


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "*" * 64])
async def test_what_was_never_kept_is_not_found(tmp_path: Path, name: str) -> None:
    store = EvidenceDirectory(tmp_path)
    await store.put(EvidenceKind.PHOTO, b"content", "image/jpeg")
    with pytest.raises(NotFound):
        await store.find(name)
