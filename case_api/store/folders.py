"""Folders on disk: a new name in one survives a power cut only when the folder is synced too."""

from __future__ import annotations

import os
from pathlib import Path

from intake.errors import Permanent


def private_folder(folder: Path) -> Path:
    """The folder, made with mode 0700 when it is not there. Raises Permanent when it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Permanent(
            f"文件夹 {folder} 无法建立（{error.strerror}），请检查路径和权限。",
            f"The folder {folder} cannot be made ({error.strerror}): look at the path and its rights.",
        ) from error
    return folder


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; blocks. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
