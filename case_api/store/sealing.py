"""Keys of one installation: sealing of personal data, keyed look-up of numbers, tracking secrets."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from case_api.store.folders import sync_folder
from intake.errors import Permanent
from intake.ids import base32

_KEY_BYTES = 32
_NONCE_BYTES = 12
_SECRET_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Sealer:
    """AES-256-GCM for what must be read again, keyed BLAKE2b (RFC 7693) for what must only be found again."""

    seal_cipher: AESGCM
    lookup_key: bytes = field(repr=False)
    tracking_key: bytes = field(repr=False)
    check: str = field(repr=False)

    @classmethod
    def from_key(cls, key: bytes) -> Sealer:
        """Derive the three keys and their check value from the installation's one secret of 32 bytes.

        The check value shows that a key is the same; it tells nothing about the key and opens nothing.
        """

        def derived(purpose: bytes) -> bytes:
            return hmac.digest(key, b"12319 hub " + purpose, hashlib.sha256)

        return cls(AESGCM(derived(b"seal")), derived(b"lookup"), derived(b"tracking"), derived(b"check").hex())

    def seal(self, content: bytes) -> bytes:
        """Encrypt and authenticate; a fresh nonce stands in front."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self.seal_cipher.encrypt(nonce, content, None)

    def open(self, sealed: bytes) -> bytes:
        """The content again. Raises Permanent when the key is another or the bytes were changed."""
        try:
            return self.seal_cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        except (InvalidTag, ValueError) as error:
            raise Permanent(
                "密钥不符或数据被改动，请恢复与数据库同批的 secret.key。",
                "The key does not fit or the data was changed; restore the secret.key that belongs to this database.",
            ) from error

    def lookup(self, value: str) -> str:
        """A keyed hash by which a number is found, or a content recognised, without being stored in clear."""
        return hashlib.blake2b(value.encode(), key=self.lookup_key, digest_size=16).hexdigest()

    def tracking_secret(self, report_id: str) -> str:
        """The secret of a report: derived, so that it is never stored and a replay answers it again."""
        digest = hashlib.blake2b(report_id.encode(), key=self.tracking_key, digest_size=8).digest()
        return base32(int.from_bytes(digest, "big"), _SECRET_LETTERS)


def read_key(path: Path) -> bytes:
    """The installation's secret. Raises Permanent when the file is not a key or cannot be read."""
    try:
        key = path.read_bytes()
    except OSError as error:
        raise Permanent(
            f"密钥 {path} 无法读取（{error.strerror}）。", f"The key {path} cannot be read: {error.strerror}."
        ) from error
    if len(key) != _KEY_BYTES:
        raise Permanent(f"{path} 不是有效的密钥文件。", f"{path} is not a key file of {_KEY_BYTES} bytes.")
    return key


def make_key(path: Path) -> None:
    """Make the secret, mode 0600, unless it is there already.

    The name appears with the whole key behind it or not at all, whatever two processes or a power cut do.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(temporary)
    finally:
        Path(temporary).unlink()
    sync_folder(path.parent)
