"""Backup, restore and move: one archive for both databases."""

from case_api.store.archive.manifest import Manifest
from case_api.store.archive.move import move_database
from case_api.store.archive.restore import Restored, Target, restore_archive
from case_api.store.archive.write import ArchiveWriter, Contents, file_without_half

__all__ = [
    "ArchiveWriter",
    "Contents",
    "Manifest",
    "Restored",
    "Target",
    "file_without_half",
    "move_database",
    "restore_archive",
]
