"""Writing an archive: a snapshot of every table, then the files beside the database, then what all of it comes to."""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, select

from case_api.store.archive.evidence import write_evidence
from case_api.store.archive.manifest import FORMAT, HEAD, JOURNAL, KEY, MANIFEST, Files, Head, Manifest, Sum
from case_api.store.archive.progress import Pace, Tell
from case_api.store.archive.rows import RowSum, TableShape, shape_of
from case_api.store.archive.structure import known_tables
from case_api.store.archive.tables import read_lines
from case_api.store.archive.tar import TarWriter
from case_api.store.folders import sync_folder
from case_api.store.installation_key import noted_check
from case_api.store.journal import Journal
from case_api.store.sealing import Sealer, read_key
from case_api.store.tables import ANCHOR
from intake.errors import NotAllowedNow, Permanent

_CHUNK = 4 << 20
_PACKED_AHEAD = 2
_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Contents:
    """What belongs into an archive beside the rows. Unpacked rows suit a pipe within one machine."""

    key: bool = True
    files: bool = True
    packed: bool = True


@dataclass(slots=True)
class ArchiveWriter:
    """Writes one archive to a stream: first `tables`, then `finish`. Raises OSError when the stream refuses."""

    out: BinaryIO
    data: Path
    now: datetime
    tell: Tell
    contents: Contents = Contents()
    _tar: TarWriter = field(init=False)
    _sums: dict[str, Sum] = field(default_factory=dict)
    _last_anchor: int = 0

    def __post_init__(self) -> None:
        self._tar = TarWriter(self.out, int(self.now.timestamp()))

    @property
    def bytes_written(self) -> int:
        """How long the archive is so far."""
        return self._tar.written

    def tables(self, connection: Connection) -> Head:
        """Every row that the connection's transaction sees, however long that takes; what stands at the head.

        Raises Permanent when the key is missing or another, before anything is written; the driver's errors.
        """
        shapes = [shape_of(table) for table in known_tables()]
        check = noted_check(connection)
        key = self._key(check)
        self._last_anchor = connection.execute(select(func.coalesce(func.max(ANCHOR.c.id), 0))).scalar_one()
        head = Head(
            format=FORMAT,
            hub_version=version("hub12319"),
            revision=str(MigrationContext.configure(connection).get_current_revision()),
            taken_at=self.now,
            database=connection.dialect.name,
            key_check=check,
            with_key=key is not None,
            with_files=self.contents.files,
            tables=tuple(shapes),
        )
        self._tar.add(HEAD, head.model_dump_json(indent=1).encode())
        if key is not None:
            self._tar.add(KEY, key)
        for shape in shapes:
            self._sums[shape.name] = self._table(connection, shape)
        return head

    def finish(self) -> Manifest:
        """The files beside the database, the manifest and the seal; what the archive holds. Raises OSError."""
        evidence, journal = Files(), None
        if self.contents.files:
            evidence = write_evidence(self._tar, self.data / "evidence", self.tell)
            journal = self._journal()
        manifest = Manifest(tables=self._sums, evidence=evidence, journal_sha256=journal)
        self._tar.add(MANIFEST, manifest.model_dump_json(indent=1).encode())
        self._tar.finish()
        self.out.flush()
        return manifest

    def _key(self, check: str | None) -> bytes | None:
        """The key, when it is wanted and there is one yet. Raises Permanent when it is not the database's."""
        if not self.contents.key or check is None:
            return None
        path = self.data / KEY
        if not path.exists():
            raise Permanent(
                f"缺少密钥 {path}；请放回与数据库同批的密钥，或用 --without-key 备份其余部分。",
                f"The key {path} is missing: put it back, or back up all else with --without-key.",
            )
        key = read_key(path)
        if Sealer.from_key(key).check != check:
            raise Permanent(
                f"{path} 不是这个数据库的密钥；请放回与数据库同批的密钥，或用 --without-key 备份其余部分。",
                f"{path} is not the key of this database: put that back, or back up all else with --without-key.",
            )
        return key

    def _table(self, connection: Connection, shape: TableShape) -> Sum:
        """One table in chunks that are packed by another thread while this one reads on."""
        summed, pace = RowSum(), Pace(self.tell, shape.name, "rows")
        with ThreadPoolExecutor(1, thread_name_prefix="hub-pack") as packer:
            ahead: deque[Future[bytes]] = deque()
            written = 0
            for chunk in _chunks(read_lines(connection, shape), summed, pace):
                ahead.append(packer.submit(self._packed, chunk))
                if len(ahead) > _PACKED_AHEAD:
                    written += 1
                    self._tar.add(self._chunk_name(shape, written), ahead.popleft().result())
            for waiting in ahead:
                written += 1
                self._tar.add(self._chunk_name(shape, written), waiting.result())
        pace.done()
        return Sum.of(summed)

    def _packed(self, chunk: bytes) -> bytes:
        return gzip.compress(chunk, _LEVEL, mtime=0) if self.contents.packed else chunk

    def _chunk_name(self, shape: TableShape, number: int) -> str:
        return f"tables/{shape.name}/{number:06}.jsonl" + (".gz" if self.contents.packed else "")

    def _journal(self) -> str | None:
        """The lines of the journal up to the last anchor of the snapshot: later ones would look like lost anchors."""
        path = self.data / JOURNAL
        if not path.exists():
            return None
        end = path.stat().st_size
        journal = Journal(path)
        size = sum(map(len, journal.lines_until(self._last_anchor, end)))
        digest = hashlib.sha256()

        def pieces() -> Iterator[bytes]:
            for line in journal.lines_until(self._last_anchor, end):
                digest.update(line)
                yield line

        self._tar.add_pieces(JOURNAL, size, pieces())
        return digest.hexdigest()


def _chunks(lines: Iterator[bytes], summed: RowSum, pace: Pace) -> Iterator[bytes]:
    """Lines joined to some megabytes, each ended by a line feed.

    A line is let go at once: each keeps the kilobyte that its writer began with, and a chunk has a hundred thousand.
    """
    held, before = bytearray(), 0
    for line in lines:
        summed.add(line)
        held += line
        held += b"\n"
        if len(held) >= _CHUNK:
            pace.add(summed.rows - before)
            before = summed.rows
            yield bytes(held)
            held.clear()
    if held:
        pace.add(summed.rows - before)
        yield bytes(held)


@contextmanager
def file_without_half(path: Path) -> Iterator[BinaryIO]:
    """A new file, mode 0600, that appears under its name only when the context ends well, and is durable then.

    Raises NotAllowedNow when the name is taken; OSError.
    """
    if path.exists():
        raise NotAllowedNow(
            f"{path} 已存在，不会被覆盖；请换一个文件名。", f"{path} exists and is kept: choose another."
        )
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb", buffering=1 << 20) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
