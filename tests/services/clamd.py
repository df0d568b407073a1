"""ClamAV's daemon with two signatures of our own: in a folder, on a unix socket and a free port, ended by its id."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.hub_process import free_port
from tests.fakes.scanner import HARM, NAME

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


def find_clamd() -> str | None:
    """The daemon's program; None when it is not installed."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")


@dataclass(slots=True)
class ClamdServer:
    """A daemon that knows `HARM` and the EICAR test file, and nothing else."""

    program: str
    folder: Path
    port: int = field(default_factory=free_port)
    child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def unix_url(self) -> str:
        """Where it answers, too."""
        return f"unix:{self.folder / 'clamd.sock'}"

    def start(self) -> None:
        """Start it and wait until it answers. Raises RuntimeError with its last words."""
        signatures = self.folder / "signatures"
        signatures.mkdir(exist_ok=True)
        marks = ((NAME.removesuffix(".UNOFFICIAL"), HARM), ("Eicar-Signature", EICAR[28:]))
        (signatures / "hub.ndb").write_text("".join(f"{name}:0:*:{mark.hex()}\n" for name, mark in marks))
        config = self.folder / "clamd.conf"
        config.write_text(
            f"DatabaseDirectory {signatures}\nLocalSocket {self.folder / 'clamd.sock'}\nFixStaleSocket yes\n"
            f"TCPSocket {self.port}\nTCPAddr 127.0.0.1\nForeground yes\nStreamMaxLength 1M\nMaxThreads 2\n"
        )
        with (self.folder / "clamd.out").open("ab") as out:
            self.child = subprocess.Popen([self.program, "-c", config], stdout=out, stderr=out, start_new_session=True)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self.child.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 2) as client:
                client.sendall(b"zPING\0")
                if client.recv(16) == b"PONG\0":
                    return
            time.sleep(0.02)
        raise RuntimeError(f"clamd did not start: {(self.folder / 'clamd.out').read_text()[-2000:]}")

    def stop(self) -> None:
        """kill -9; it holds nothing."""
        if self.child is not None:
            self.child.kill()
            self.child.wait(_STOP_SECONDS)


@contextmanager
def clamd_server() -> Iterator[ClamdServer]:
    """A running daemon in a folder of its own, gone with the context. Raises RuntimeError when none is installed."""
    program = find_clamd()
    if program is None:
        raise RuntimeError("clamd is not installed; `make test` installs it (scripts/setup.sh test)")
    folder = Path(tempfile.mkdtemp(prefix="hub-clamd-"))
    server = ClamdServer(program, folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
