"""Files in memory."""

from __future__ import annotations

import hashlib

from case_api.services import EvidenceFile
from intake.errors import NotFound
from intake.model import Evidence, EvidenceKind


class FakeEvidenceStore:
    """Implements `intake.ports.EvidenceStore` and `case_api.services.EvidenceFinder`; `kept` is by hash."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[bytes, str]] = {}

    async def put(self, kind: EvidenceKind, content: bytes, media_type: str) -> Evidence:
        """Keep the bytes once."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.kept[sha256] = (content, media_type)
        return Evidence(kind, f"evidence:{sha256}", sha256, media_type, len(content))

    async def read(self, uri: str) -> bytes:
        """The bytes. Raises NotFound."""
        return self._of(uri.removeprefix("evidence:"))[0]

    async def find(self, sha256: str) -> EvidenceFile:
        """Where it is. Raises NotFound."""
        return EvidenceFile(f"evidence:{sha256}", self._of(sha256)[1])

    def _of(self, sha256: str) -> tuple[bytes, str]:
        if sha256 not in self.kept:
            raise NotFound("没有这个附件。", "There is no such file.")
        return self.kept[sha256]
