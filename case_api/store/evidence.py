"""The EvidenceStore port as a directory: each file under the hash of its content, written once and never changed."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from case_api.services import EvidenceFile
from case_api.store.folders import sync_folder
from intake.errors import NotFound, Temporary
from intake.model import Evidence, EvidenceKind

_SCHEME = "evidence:"
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "audio/wav": ".wav"}
_NAME = re.compile(r"[0-9a-f]{64}(?:\.[a-z0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class EvidenceDirectory:
    """Implements `intake.ports.EvidenceStore` below one folder."""

    root: Path
    _durable: set[Path] = field(default_factory=set, repr=False, compare=False)

    async def put(self, kind: EvidenceKind, content: bytes, media_type: str) -> Evidence:
        """Keep the bytes; on return they survive a power cut. Raises Temporary when the disk refuses."""
        sha256 = hashlib.sha256(content).hexdigest()
        name = sha256 + _SUFFIXES.get(media_type, "")
        try:
            await asyncio.to_thread(self._write_once, self.root / name[:2] / name, content)
        except OSError as error:
            raise Temporary("附件暂时无法保存，请稍后重试。", f"The evidence disk refuses: {error.strerror}") from error
        return Evidence(kind, _SCHEME + name, sha256, media_type, len(content))

    def _write_once(self, path: Path, content: bytes) -> None:
        """Write the file unless it is there; on return its bytes and every name on the way to it are durable.

        Whoever finds a file or folder syncs its name too: who made it may not have come so far.
        """
        if path.parent not in self._durable:
            _make_folders(path.parent)
            self._durable.add(path.parent)
        if not path.exists():
            _write(path, content)
        sync_folder(path.parent)

    async def find(self, sha256: str) -> EvidenceFile:
        """The kept file with this hash, for `case_api.services.EvidenceFinder`. Raises NotFound."""
        return await asyncio.to_thread(self._find, sha256)

    def _find(self, sha256: str) -> EvidenceFile:
        for media_type, suffix in (*_SUFFIXES.items(), ("application/octet-stream", "")):
            name = sha256 + suffix
            if _NAME.fullmatch(name) and (self.root / name[:2] / name).is_file():
                return EvidenceFile(_SCHEME + name, media_type)
        raise _nothing()

    async def read(self, uri: str) -> bytes:
        """The bytes of a kept file. Raises NotFound."""
        name = uri.removeprefix(_SCHEME)
        if not _NAME.fullmatch(name):
            raise _nothing()
        try:
            return await asyncio.to_thread((self.root / name[:2] / name).read_bytes)
        except OSError as error:
            raise _nothing() from error


def _nothing() -> NotFound:
    return NotFound("没有这个附件。", "There is no such file.")


def _make_folders(folder: Path) -> None:
    """`evidence/ab`, for the owner alone; the name of each folder is synced into its parent."""
    root = folder.parent
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    sync_folder(root.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    sync_folder(root)


def _write(path: Path, content: bytes) -> None:
    """Complete under a passing name, then renamed: nobody meets half a file."""
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
