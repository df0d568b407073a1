"""`hub backup` and `hub restore`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

import click

from case_api.store.archive import ArchiveWriter, Contents, Restored, Target, file_without_half, restore_archive
from case_api.store.folders import private_folder
from hub.cli.restored import in_good_order, restored_fields, say, tell_damaged, tell_restored
from hub.cli.running import json_option, print_json, run
from hub.wiring import Hub
from intake.errors import NotFound

_PIPE = Path("-")
_FILE = click.Path(path_type=Path, allow_dash=True, dir_okay=False)
_KEY_INSIDE = (
    "备份含密钥 secret.key：拿到此文件的人能看到全部个人信息，请妥善保管。\n"
    "The key is inside: whoever has this file reads all personal data. Guard it."
)
_KEY_OUTSIDE = (
    "备份不含密钥：没有 secret.key，联系方式打不开，查询码失效。请另行保管 secret.key。\n"
    "The key is not inside: without secret.key contacts are not opened and tracking secrets do not fit. Keep it apart."
)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--without-key", is_flag=True, help="Leave secret.key out: keep it elsewhere yourself.")
@json_option
def backup(file: Path, *, without_key: bool, as_json: bool) -> None:
    """Back up everything into FILE (new, mode 0600; `-`: standard output), with or without a running hub.

    All reports, cases, history and accounts, the evidence, the anchor journal and the key. Not the settings, not the
    city pack. One format for SQLite and PostgreSQL: it is restored into either.
    """
    if file == _PIPE and as_json:
        raise click.UsageError("--json and the archive cannot both go to standard output")

    async def work(hub: Hub) -> dict[str, Any]:
        return _write(hub, file, Contents(key=not without_key))

    fields = run(work, as_json=as_json)
    if as_json:
        print_json(fields)
        return
    say(
        f"已备份 {fields['rows']:,} 行、{fields['evidence_files']:,} 个附件（{fields['bytes']:,} 字节）到 {file}\n"
        f"backed up {fields['rows']:,} rows and {fields['evidence_files']:,} evidence files",
    )
    say(_KEY_INSIDE if fields["with_key"] else _KEY_OUTSIDE)
    tell_damaged(fields["damaged_evidence"])


@click.command()
@click.argument("file", type=_FILE)
@json_option
def restore(file: Path, *, as_json: bool) -> None:
    """Restore FILE (`-`: standard input) into the configured database and data folder, and verify all of it.

    The database must be empty and no hub may use it. Everything is restored or, on any fault, nothing.
    """

    async def work(hub: Hub) -> Restored:
        settings = hub.settings
        with in_good_order(), _source(file) as source:
            target = Target(settings.database_url, private_folder(settings.data), hub.clock.now(), say)
            return restore_archive(source, target)

    restored = run(work, as_json=as_json)
    if as_json:
        print_json(restored_fields(restored))
    else:
        tell_restored(restored)


def _write(hub: Hub, file: Path, contents: Contents) -> dict[str, Any]:
    """The archive, complete. The rows are one snapshot; a hub that runs goes on meanwhile."""
    database = hub.database
    with in_good_order(), nullcontext(sys.stdout.buffer) if file == _PIPE else file_without_half(file) as out:
        writer = ArchiveWriter(out, hub.settings.data, hub.clock.now(), say, contents)
        head = database.submit_read(writer.tables).result()
        manifest = writer.finish()
    return {
        "file": str(file),
        "bytes": writer.bytes_written,
        "taken_at": head.taken_at.isoformat(timespec="seconds"),
        "database": head.database,
        "revision": head.revision,
        "rows": manifest.rows,
        "tables": {name: one.rows for name, one in manifest.tables.items()},
        "evidence_files": manifest.evidence.files.rows,
        "evidence_bytes": manifest.evidence.bytes,
        "damaged_evidence": list(manifest.evidence.damaged),
        "with_key": head.with_key,
    }


@contextmanager
def _source(file: Path) -> Iterator[BinaryIO]:
    if file == _PIPE:
        yield sys.stdin.buffer
        return
    if not file.is_file():
        raise NotFound(f"没有文件 {file}。", f"There is no file {file}.")
    with file.open("rb", buffering=1 << 20) as opened:
        yield opened
