"""The data folder that an archive is restored into: the key and the journal, put in place when all else is right."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from case_api.store.archive.faults import damaged
from case_api.store.archive.manifest import JOURNAL, KEY, Head, Manifest
from case_api.store.archive.tar import Member
from case_api.store.folders import sync_folder
from case_api.store.sealing import Sealer, read_key
from intake.errors import NotAllowedNow

_KEY_BYTES = 32


@dataclass(slots=True)
class Folder:
    """What of an archive belongs into the data folder. Raises OSError when the disk refuses."""

    data: Path
    head: Head
    now: datetime
    journal_sha256: str | None = None
    moved_away: list[str] = field(default_factory=list)
    _staged: dict[str, Path] = field(default_factory=dict)

    def refuse_other_key(self) -> None:
        """Raises NotAllowedNow when the archive brings no key and the one that is here is another."""
        path = self.data / KEY
        if self.head.with_key or self.head.key_check is None or not path.exists():
            return
        if Sealer.from_key(read_key(path)).check != self.head.key_check:
            raise NotAllowedNow(
                f"{path} 不是这份备份的密钥，备份本身也不含密钥；请放上与备份同批的密钥，或先把它移走。",
                f"{path} is not the key of this archive, which brings none: put the one that belongs to it there, "
                "or move this one away.",
            )

    def take(self, member: Member) -> bool:
        """Keep the member aside when it is the key or the journal; whether it was. Raises DamagedArchive."""
        if member.name == KEY and self.head.with_key:
            key = member.content()
            if len(key) != _KEY_BYTES or Sealer.from_key(key).check != self.head.key_check:
                raise damaged("密钥不符", "the key in it does not fit")
            self._stage(KEY, (key,))
            return True
        if member.name == JOURNAL and self.head.with_files:
            self.journal_sha256 = self._stage(JOURNAL, member.pieces())
            return True
        return False

    @property
    def journal(self) -> Path:
        """The journal that will stand beside the database: the archive's, or the folder's own where it brings none."""
        if self.head.with_files:
            return self._staged.get(JOURNAL, self.data / f"{JOURNAL}.none")
        return self.data / JOURNAL

    def sealer(self) -> Sealer | None:
        """By the key that will be there; None when there will be none."""
        path = self._staged.get(KEY, self.data / KEY)
        return Sealer.from_key(read_key(path)) if path.exists() else None

    def check(self, manifest: Manifest) -> None:
        """Raises DamagedArchive when something that the archive should have brought did not come."""
        if self.journal_sha256 != manifest.journal_sha256 or self.head.with_key != (KEY in self._staged):
            raise damaged("缺少密钥或锚点日志", "its key or its journal is missing")

    def install(self) -> None:
        """Put everything in place, durably. A key or journal that differs is kept beside, never written over."""
        if self.head.with_files and JOURNAL not in self._staged:
            self._move_away(JOURNAL)
        for name, staged in self._staged.items():
            if (self.data / name).exists() and (self.data / name).read_bytes() != staged.read_bytes():
                self._move_away(name)
            staged.rename(self.data / name)
        self._staged.clear()
        sync_folder(self.data)

    def discard(self) -> None:
        """Leave nothing behind of what was kept aside."""
        for staged in self._staged.values():
            staged.unlink(missing_ok=True)

    def _stage(self, name: str, pieces: Iterable[bytes]) -> str:
        """A file for the owner alone, synced; its SHA-256."""
        path = self.data / f".{name}.restoring"
        path.unlink(missing_ok=True)
        self._staged[name] = path
        digest = hashlib.sha256()
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest()

    def _move_away(self, name: str) -> None:
        path = self.data / name
        if path.exists() and path.stat().st_size:
            kept = path.with_name(f"{name}.before-{self.now:%Y%m%dT%H%M%S}")
            path.rename(kept)
            self.moved_away.append(kept.name)
