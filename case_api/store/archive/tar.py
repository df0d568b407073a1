"""The frame of an archive: a plain tar file that other programs read too, with a SHA-256 of all its bytes at the end.

Written to and read from streams without seeking: a file, a pipe, another machine. POSIX.1-1988 headers with the GNU
notation for large sizes, by the standard library; what the library's own streams lack is a digest at a known place.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from case_api.store.archive.faults import DamagedArchive, damaged
from intake.errors import Permanent

_BLOCK = 512
_RECORD = 20 * _BLOCK
_PIECE = 1 << 20
_MOST_IN_MEMORY = 1 << 30
_SEAL = "SHA256"


@dataclass(slots=True)
class TarWriter:
    """Writes members to a stream one after the other. Raises OSError when the stream refuses."""

    out: BinaryIO
    moment: int = 0
    written: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, name: str, content: bytes) -> None:
        """A member whose content is at hand."""
        self.add_pieces(name, len(content), (content,))

    def add_pieces(self, name: str, size: int, pieces: Iterable[bytes]) -> None:
        """A member in pieces that come to exactly so many bytes. Raises ValueError when they do not."""
        self._write(_header(name, size, self.moment))
        left = size
        for piece in pieces:
            left -= len(piece)
            self._write(piece)
        if left:
            raise ValueError(f"{name} changed its size while it was read")
        self._write(bytes(-size % _BLOCK))

    def finish(self) -> str:
        """The seal and the end of the file; the seal: the SHA-256 of everything before it."""
        seal = str(self._digest.hexdigest())
        self.add(_SEAL, f"{seal}\n".encode())
        self._write(bytes(2 * _BLOCK))
        self._write(bytes(-self.written % _RECORD))
        return seal

    def _write(self, piece: bytes) -> None:
        self.out.write(piece)
        self._digest.update(piece)
        self.written += len(piece)


@dataclass(slots=True)
class Member:
    """A member while the reader stands at it."""

    name: str
    size: int
    reader: TarReader

    def pieces(self) -> Iterator[bytes]:
        """Its content, at most a megabyte at a time."""
        yield from self.reader.pieces()

    def content(self) -> bytes:
        """Its content at once. Raises DamagedArchive for more than a gigabyte."""
        if self.size > _MOST_IN_MEMORY:
            raise damaged(f"成员 {self.name} 过大", f"the member {self.name} is too large")
        return b"".join(self.pieces())


@dataclass(slots=True)
class TarReader:
    """Reads members from a stream. Raises DamagedArchive for anything but what `TarWriter` wrote."""

    source: BinaryIO
    _left: int = 0
    _padding: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def members(self) -> Iterator[Member]:
        """Every member in order; ends only after the seal was found and fits. What is left unread of one is skipped."""
        first = True
        while True:
            header = self._exactly(_BLOCK)
            info = _parsed(header, first=first)
            first = False
            if info.name == _SEAL:
                if header != _header(_SEAL, info.size, int(info.mtime)):
                    raise _broken()
                self._check_end(str(self._digest.hexdigest()))
                return
            self._digest.update(header)
            self._left, self._padding = info.size, -info.size % _BLOCK
            member = Member(info.name, info.size, self)
            yield member
            for _ in self.pieces():
                """Skipped, but under the seal."""

    def pieces(self) -> Iterator[bytes]:
        """What is left of the member at hand."""
        while self._left:
            piece = self._exactly(min(self._left, _PIECE))
            self._left -= len(piece)
            self._digest.update(piece)
            yield piece
        self._digest.update(self._exactly(self._padding))
        self._padding = 0

    def _check_end(self, seal: str) -> None:
        told = f"{seal}\n".encode()
        end = self.source.read(2 * _RECORD)
        if end[: len(told)] != told or end[len(told) :].strip(b"\0") or len(end) not in range(3 * _BLOCK, 2 * _RECORD):
            raise damaged("校验值不符", "its checksum does not fit")

    def _exactly(self, count: int) -> bytes:
        parts = []
        while count:
            part = self.source.read(count)
            if not part:
                raise damaged("文件不完整", "it is cut off")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


def _header(name: str, size: int, moment: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, moment
    return info.tobuf(tarfile.GNU_FORMAT)


def _parsed(header: bytes, *, first: bool) -> tarfile.TarInfo:
    """The header of a regular file. Raises DamagedArchive; Permanent when the file is no tar at all."""
    try:
        info = tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        if first:
            raise Permanent("这不是本系统的备份文件。", "This is no backup of the hub.") from error
        raise _broken() from error
    if not info.isreg() or info.size < 0:
        raise _broken()
    return info


def _broken() -> DamagedArchive:
    return damaged("结构有误", "its structure is broken")
