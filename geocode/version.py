"""Which data a pack holds, as one short word."""

from __future__ import annotations

import hashlib
from pathlib import Path

_DIGITS = 12
_SUFFIXES = (".csv", ".toml", ".geojson")


def pack_version(folder: Path) -> str:
    """Twelve hexadecimal digits over names and contents of the pack's files; empty when the folder cannot be read.

    Copies, notes and source material beside the files do not count.
    """
    digest = hashlib.sha256()
    try:
        for path in sorted(folder.iterdir()):
            if path.suffix in _SUFFIXES and not path.name.startswith(".") and path.is_file():
                content = path.read_bytes()
                digest.update(f"{path.name} {len(content)} ".encode() + content)
    except OSError:
        return ""
    return digest.hexdigest()[:_DIGITS]
