"""The bytes of clamd's INSTREAM command (clamd(8)): no I/O."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.errors import Temporary
from intake.scanning.scanner import Finding

CHUNK_BYTES = 64 * 1024
_COMMAND = b"zINSTREAM\0"
_LONGEST_REPLY = 4096
_FOUND = " FOUND"


def request(content: bytes) -> Iterator[bytes]:
    """The command, then the content in pieces with their length in front, then a piece of no length."""
    yield _COMMAND
    for start in range(0, len(content), CHUNK_BYTES):
        piece = content[start : start + CHUNK_BYTES]
        yield struct.pack(">I", len(piece)) + piece
    yield struct.pack(">I", 0)


@dataclass(slots=True)
class Reply:
    """Collects the answer, which ends with a zero byte."""

    _body: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> str | None:
        """The answer once it is whole. Raises Temporary when it never ends."""
        self._body += data
        text, end, _ = self._body.partition(b"\0")
        if end:
            return text.decode("utf-8", "replace").strip()
        if len(self._body) > _LONGEST_REPLY:
            raise Temporary("扫描服务的应答无法识别。", "The scanner's answer does not end.")
        return None


def finding(reply: str) -> Finding | None:
    """What `stream: OK` or `stream: Eicar-Signature FOUND` says. Raises Temporary for anything else, such as ERROR."""
    verdict = reply.removeprefix("stream:").strip()
    if verdict == "OK":
        return None
    if verdict.endswith(_FOUND.strip()):
        return Finding(verdict.removesuffix(_FOUND.strip()).strip() or "?")
    raise Temporary("扫描服务未能检查该文件。", f"The scanner could not look into the file: {verdict[:200]}.")
