"""What restore and move tell: figures, what was verified, and what is left to do."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from case_api.store.archive import Restored
from intake.errors import Temporary


def say(words: str) -> None:
    """Words for people, on stderr."""
    click.echo(words, err=True)


def restored_fields(restored: Restored) -> dict[str, Any]:
    """The keys of `hub restore --json`."""
    manifest, proof = restored.manifest, restored.proof
    return {
        "taken_at": restored.head.taken_at.isoformat(timespec="seconds"),
        "from_database": restored.head.database,
        "from_revision": restored.head.revision,
        "revision": restored.revision,
        "rows": manifest.rows,
        "tables": {name: one.rows for name, one in manifest.tables.items()},
        "evidence_files": manifest.evidence.files.rows,
        "damaged_evidence": list(manifest.evidence.damaged),
        "key": restored.key,
        "moved_away": list(restored.moved_away),
        "verified": True,
        "history": {
            "ok": proof.ok,
            "cases": proof.cases,
            "events": proof.events,
            "anchors": proof.anchors,
            "faults": proof.faults,
        },
    }


def tell_restored(restored: Restored) -> None:
    """The same in words."""
    manifest, proof = restored.manifest, restored.proof
    files = manifest.evidence.files.rows
    say(
        f"已恢复并逐行核对：{manifest.rows:,} 行，{files:,} 个附件，案卷{proof.cases}件，历史{proof.events}条\n"
        f"restored and verified: {manifest.rows:,} rows, {files:,} evidence files",
    )
    if not restored.key and restored.head.key_check is not None:
        say(
            "请把与这份备份同批的 secret.key 放入数据文件夹，再启动。\n"
            "Put the secret.key that belongs to this backup into the data folder before you start.",
        )
    for name in restored.moved_away:
        say(f"原有的文件改名为 {name} / the file that was there is now {name}")
    tell_damaged(manifest.evidence.damaged)
    for fault in proof.faults:
        say(f"  历史 history: {fault}")
    if proof.faults:
        say("数据与备份一致；以上历史问题在备份之前就有。 The rows equal the backup: these faults are older than it.")


def tell_damaged(names: Sequence[str]) -> None:
    """Evidence that was damaged before it was backed up."""
    for name in names:
        say(f"注意：附件 {name} 的内容与名称（SHA-256）不符 / its content is not what its name says")


@contextmanager
def in_good_order() -> Iterator[None]:
    """Whatever ends a long command: Ctrl-C and TERM leave nothing half behind, and what the disk refuses is told.

    Raises Temporary with the file's name; who reads our pipe may leave without words.
    """
    before = {signum: signal.signal(signum, _leave) for signum in (signal.SIGINT, signal.SIGTERM)}
    try:
        with _disk_faults():
            yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def _leave(signum: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)


@contextmanager
def _disk_faults() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        place = f" {os.fspath(error.filename)}" if error.filename else ""
        raise Temporary(
            f"磁盘不接受{place}（{error.strerror}），请检查后重试。",
            f"The disk refuses{place} ({error.strerror}): look at it and try again.",
        ) from error
