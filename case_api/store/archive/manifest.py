"""What stands at the head of an archive, and at its end once everything was counted."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from case_api.store.archive.faults import damaged
from case_api.store.archive.rows import RowSum, TableShape
from intake.errors import Permanent

FORMAT = 1
HEAD = "head.json"
MANIFEST = "manifest.json"
JOURNAL = "anchors.log"
KEY = "secret.key"


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class Head(_Shape):
    """What a reader must know first. `key_check` recognises the key and opens nothing."""

    format: int
    hub_version: str
    revision: str
    taken_at: datetime
    database: str
    key_check: str | None
    with_key: bool
    with_files: bool
    tables: tuple[TableShape, ...]


class Sum(_Shape):
    """A `RowSum` in words."""

    rows: int = 0
    sha256: str = "0" * 64

    @classmethod
    def of(cls, summed: RowSum) -> Sum:
        """The sum as it stands."""
        return cls(rows=summed.rows, sha256=summed.hexdigest())


class Files(_Shape):
    """The evidence: a sum over `NAME SIZE SHA256` of each file, and the names whose content was not theirs."""

    files: Sum = Sum()
    bytes: int = 0
    damaged: tuple[str, ...] = ()


class Manifest(_Shape):
    """What the archive holds, counted while it was written."""

    tables: dict[str, Sum]
    evidence: Files = Files()
    journal_sha256: str | None = Field(default=None, description="of anchors.log; null when there was none")

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(one.rows for one in self.tables.values())


def read_head(name: str, content: bytes) -> Head:
    """The head. Raises Permanent for another kind of file or a later format; DamagedArchive."""
    if name != HEAD:
        raise Permanent("这不是本系统的备份文件。", "This is no backup of the hub.")
    try:
        head = Head.model_validate_json(content)
    except ValidationError as error:
        raise damaged("文件头无法读取", "its head cannot be read") from error
    if head.format > FORMAT:
        raise newer(head)
    return head


def read_manifest(content: bytes) -> Manifest:
    """The manifest. Raises DamagedArchive."""
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise damaged("清单无法读取", "its manifest cannot be read") from error


def newer(head: Head) -> Permanent:
    """An archive of a later program."""
    return Permanent(
        f"备份由更新版本的程序（{head.hub_version}，结构 {head.revision}）生成，请用那个版本的程序恢复。",
        f"The archive is of a newer program ({head.hub_version}, schema {head.revision}): restore it with that one.",
    )
