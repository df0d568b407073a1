"""Reading an archive into an empty database and its data folder: everything, verified, or nothing.

One pass over the archive, so that it may come through a pipe; one transaction over the database, committed only after
what it holds was read back and compared.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection

from case_api.store.archive.evidence import EvidenceReader, damaged_files
from case_api.store.archive.faults import damaged
from case_api.store.archive.folder import Folder
from case_api.store.archive.loading import TableLoader
from case_api.store.archive.manifest import MANIFEST, Head, Manifest, read_head, read_manifest
from case_api.store.archive.progress import Pace, Tell
from case_api.store.archive.structure import refuse_filled, refuse_unknown_revision, upgrade_to_newest
from case_api.store.archive.tar import Member, TarReader
from case_api.store.archive.target import filling
from case_api.store.installation_key import open_newest
from case_api.store.verify import Proof, verify_history
from intake.errors import Permanent


@dataclass(frozen=True, slots=True)
class Target:
    """Where an archive is restored to: a database by its URL, and a data folder that exists."""

    url: str
    data: Path
    now: datetime
    tell: Tell


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored and verified. `moved_away` names files of the folder that were kept beside."""

    head: Head
    manifest: Manifest
    revision: str
    proof: Proof
    key: bool
    moved_away: tuple[str, ...]


def restore_archive(source: BinaryIO, target: Target) -> Restored:
    """Restore everything that the archive holds. Blocks, for as long as that takes.

    Raises DamagedArchive, Permanent for an archive that this program cannot read, NotAllowedNow for a target that holds
    data or is in use, Temporary; the database is then as it was, while evidence files may have been added.
    """
    reader = TarReader(source)
    members = reader.members()
    first = next(members, None)
    if first is None:
        raise damaged("没有内容", "it holds nothing")
    head = read_head(first.name, first.content())
    refuse_unknown_revision(head)
    folder = Folder(target.data, head, target.now)
    folder.refuse_other_key()
    evidence = EvidenceReader(target.data / "evidence", Pace(target.tell, "附件 evidence", "files"))
    try:
        with filling(target.url) as connection:
            return _Restore(target, head, folder, evidence, connection).run(members)
    except BaseException:
        folder.discard()
        evidence.discard()
        raise


@dataclass(slots=True)
class _Restore:
    """One restore, inside its transaction."""

    target: Target
    head: Head
    folder: Folder
    evidence: EvidenceReader
    connection: Connection

    def run(self, members: Iterator[Member]) -> Restored:
        """Load, compare, upgrade, prove; then the files are put in place, and the caller commits."""
        refuse_filled(self.connection)
        loader = TableLoader(self.connection, self.head, self.target.tell)
        manifest = self._read(members, loader)
        self.folder.check(manifest)
        if self.evidence.found.told() != manifest.evidence:
            raise damaged("附件缺失或被改动", "evidence is missing or changed")
        self.target.tell("核对数据 comparing what was loaded")
        loader.finish(manifest)
        self._check_evidence(manifest)
        revision = upgrade_to_newest(self.connection)
        self.target.tell("核对历史 verifying the history")
        proof = verify_history(self.connection, self.folder.journal)
        sealer = self.folder.sealer()
        if sealer is not None:
            open_newest(self.connection, sealer)
        self.folder.install()
        return Restored(self.head, manifest, revision, proof, sealer is not None, tuple(self.folder.moved_away))

    def _read(self, members: Iterator[Member], loader: TableLoader) -> Manifest:
        """Every member to where it belongs; the manifest, once the seal behind it fits."""
        manifest: Manifest | None = None
        for member in members:
            if member.name == MANIFEST:
                manifest = read_manifest(member.content())
            elif not (loader.take(member) or self.evidence.take(member) or self.folder.take(member)):
                raise damaged(f"有不认识的成员 {member.name[:80]!r}", f"it has an unknown member {member.name[:80]!r}")
        self.evidence.pace.done()
        if manifest is None:
            raise damaged("没有清单", "it has no manifest")
        return manifest

    def _check_evidence(self, manifest: Manifest) -> None:
        """Make the files durable, read them again and compare each with its name."""
        if not self.head.with_files:
            return
        os.sync()
        count, wrong = damaged_files(self.target.data / "evidence", self.target.tell)
        new = sorted(set(wrong) - set(manifest.evidence.damaged))
        if new or count < manifest.evidence.files.rows:
            raise Permanent(
                f"附件核对不符（{len(new)} 个，如 {'、'.join(new[:3])}），请检查磁盘后重试。数据库没有改动。",
                f"{len(new)} evidence files are not what their names say ({', '.join(new[:3])}): look at the disk and "
                "try again. The database was not changed.",
            )
