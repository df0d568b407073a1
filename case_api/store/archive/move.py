"""Moving a city to another database: a backup whose archive goes straight into a restore, through a pipe."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

from case_api.store.archive.restore import Restored, Target, restore_archive
from case_api.store.archive.target import leaving
from case_api.store.archive.write import ArchiveWriter, Contents

_ROWS_ONLY = Contents(key=False, files=False, packed=False)


def move_database(source_url: str, target: Target) -> Restored:
    """Copy every row to the target's empty database and verify it; the data folder serves both. Blocks.

    The source stays as it is, held so that nobody writes to it meanwhile. Raises as `restore_archive` and `leaving`.
    """
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1, thread_name_prefix="hub-move") as threads, os.fdopen(reading, "rb") as pipe:
        sending = threads.submit(_send, source_url, os.fdopen(writing, "wb", buffering=1 << 20), target)
        try:
            restored = restore_archive(pipe, target)
        except Exception as error:
            pipe.close()
            failure = sending.exception()
            # When the source failed, the archive that ends early is only what came of it.
            if failure is not None and not isinstance(failure, BrokenPipeError):
                raise failure from error
            raise
        sending.result()
    return restored


def _send(url: str, out: BinaryIO, target: Target) -> None:
    with out, leaving(url) as connection:
        writer = ArchiveWriter(out, target.data, target.now, _silent, _ROWS_ONLY)
        writer.tables(connection)
        writer.finish()


def _silent(_words: str) -> None:
    """The restore at the other end tells the same."""
