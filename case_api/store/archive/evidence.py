"""Evidence files into and out of an archive, each known by the hash that is its name."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from case_api.store.archive.faults import damaged
from case_api.store.archive.manifest import Files, Sum
from case_api.store.archive.progress import Pace, Tell
from case_api.store.archive.rows import RowSum
from case_api.store.archive.tar import Member, TarWriter

_FOLDER = "evidence/"
_NAME = re.compile(r"[0-9a-f]{64}(?:\.[a-z0-9]{1,5})?")
_PIECE = 1 << 20


@dataclass(slots=True)
class FileSum:
    """Counts evidence files while they pass; names those whose content is not the one of their name."""

    sums: RowSum = field(default_factory=RowSum)
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)

    def add(self, name: str, size: int, sha256: str) -> None:
        """Count a file."""
        self.sums.add(f"{name} {size} {sha256}".encode())
        self.bytes += size
        if not name.startswith(sha256):
            self.damaged.append(name)

    def told(self) -> Files:
        """As the manifest has it."""
        return Files(files=Sum.of(self.sums), bytes=self.bytes, damaged=tuple(sorted(self.damaged)))


def write_evidence(tar: TarWriter, root: Path, tell: Tell) -> Files:
    """Every file of the evidence folder into the archive. Raises OSError.

    Called after the snapshot of the database: files only ever come, each whole and synced before the report that names
    it, so that all which the snapshot names are there; those that came since are no harm.
    """
    found, pace = FileSum(), Pace(tell, "附件 evidence", "files")
    for path in kept_files(root):
        _write_one(tar, path, found)
        pace.add()
    pace.done()
    return found.told()


def kept_files(root: Path) -> Iterator[Path]:
    """The evidence files below a folder, in order; not what is still being written, nor what others put there."""
    for folder in sorted(root.glob("[0-9a-f][0-9a-f]")):
        for path in sorted(folder.iterdir()):
            if _NAME.fullmatch(path.name) and path.name[:2] == folder.name and path.is_file():
                yield path


def _write_one(tar: TarWriter, path: Path, found: FileSum) -> None:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size

        def pieces() -> Iterator[bytes]:
            while piece := file.read(_PIECE):
                digest.update(piece)
                yield piece

        tar.add_pieces(_FOLDER + path.name, size, pieces())
    found.add(path.name, size, digest.hexdigest())


@dataclass(slots=True)
class EvidenceReader:
    """Puts the evidence of an archive into a data folder. What was there stays."""

    root: Path
    pace: Pace
    found: FileSum = field(default_factory=FileSum)
    _doubtful: list[Path] = field(default_factory=list)

    def take(self, member: Member) -> bool:
        """Keep the member when it is an evidence file; whether it was. Raises DamagedArchive, OSError."""
        if not member.name.startswith(_FOLDER):
            return False
        name = member.name.removeprefix(_FOLDER)
        if not _NAME.fullmatch(name):
            raise damaged("附件名称不对", "the name of an evidence file is not one")
        path = self.root / name[:2] / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.found.add(name, member.size, self._keep(path, member.pieces()))
        self.pace.add()
        return True

    def discard(self) -> None:
        """Take away what came with a content that is not its name's; all else may stay, whole as it is."""
        for path in self._doubtful:
            path.unlink(missing_ok=True)

    def _keep(self, path: Path, pieces: Iterable[bytes]) -> str:
        """Complete under a passing name, then renamed; the SHA-256 of the content. Synced all together later."""
        digest = hashlib.sha256()
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
            if path.name.startswith(digest.hexdigest()):
                Path(temporary).rename(path)
            elif not path.exists():
                Path(temporary).rename(path)
                self._doubtful.append(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        return digest.hexdigest()


def damaged_files(root: Path, tell: Tell) -> tuple[int, tuple[str, ...]]:
    """Read every evidence file again: how many there are, and the names of those whose content is not theirs."""
    wrong, pace = [], Pace(tell, "核对附件 evidence verified", "files")
    for path in kept_files(root):
        with path.open("rb") as file:
            if not path.name.startswith(hashlib.file_digest(file, "sha256").hexdigest()):
                wrong.append(path.name)
        pace.add()
    pace.done()
    return pace.count, tuple(wrong)
