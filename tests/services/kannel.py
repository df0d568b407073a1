"""A real Kannel of one's own: bearerbox, smsbox and the carrier's fake SMSC on free ports, ended by process id."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from urllib.parse import quote, unquote_to_bytes

from bench.hub_process import free_port

_TEMPLATE = Path(__file__).resolve().parents[2] / "docker" / "kannel" / "kannel.conf.template"
BEARERBOX, SMSBOX = Path("/usr/sbin/bearerbox"), Path("/usr/sbin/smsbox")
FAKE_SMSC = Path("/usr/lib/kannel/test/fakesmsc")
MISSING = "NO SMS WAS SENT: Kannel is not installed; `make test` installs it (scripts/setup.sh test)"
_PATIENCE_SECONDS = 30.0
_GOT = re.compile(r"Got message \d+: <(\S*) (\S*) (.*)>$")
_PARTS_HEAD = b"\x05\x00\x03"


def kannel_is_installed() -> bool:
    """Whether all three programs are there."""
    return all(program.exists() for program in (BEARERBOX, SMSBOX, FAKE_SMSC))


def wait_until(condition: Callable[[], bool], what: str, seconds: float = _PATIENCE_SECONDS) -> None:
    """Wait for a condition. Raises TimeoutError naming it."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)


@dataclass(slots=True)
class Program:
    """One process; what it says goes to a file."""

    child: subprocess.Popen[bytes]
    out: Path

    def alive(self) -> bool:
        """Whether it runs."""
        return self.child.poll() is None

    def end(self, signum: signal.Signals = signal.SIGTERM) -> None:
        """End it, by force when it does not hear."""
        if self.alive():
            self.child.send_signal(signum)
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


@dataclass(frozen=True, slots=True)
class Told:
    """A message that the carrier got: from, to, and its text joined from its parts."""

    sender: str
    receiver: str
    text: str


@dataclass(slots=True)
class Kannel:
    """One Kannel in a folder. `hub_address` is host:port, `secret` what the hub is shown, `password` the hub's own."""

    folder: Path
    hub_address: str
    secret: str = "from-kannel"
    password: str = "to-kannel"
    ports: Mapping[str, int] = field(
        default_factory=lambda: {name: free_port() for name in ("ADMIN", "SMSBOX", "CARRIER", "SENDSMS")}
    )
    bearerbox: Program | None = None
    smsbox: Program | None = None
    carriers: list[Program] = field(default_factory=list)

    @property
    def sendsms_url(self) -> str:
        """Where messages are handed over."""
        return f"http://127.0.0.1:{self.ports['SENDSMS']}/cgi-bin/sendsms"

    def start_bearerbox(self) -> None:
        """Start it and wait until boxes and the carrier can connect."""
        (self.folder / "spool").mkdir(parents=True, exist_ok=True)
        self.bearerbox = self._start("bearerbox", BEARERBOX, "-v", "2", self._config())
        wait_until(lambda: _listening(self.ports["SMSBOX"]), "bearerbox listens")
        wait_until(lambda: _listening(self.ports["CARRIER"]), "bearerbox waits for the carrier")

    def start_smsbox(self) -> None:
        """Start it and wait until it takes messages."""
        self.smsbox = self._start("smsbox", SMSBOX, "-v", "2", self._config())
        wait_until(lambda: _listening(self.ports["SENDSMS"]), "smsbox listens")

    def kill(self, program: Program | None) -> None:
        """kill -9."""
        if program is not None:
            program.end(signal.SIGKILL)

    def carrier(self, messages: Sequence[str] = (), count: int | None = None) -> Program:
        """A fake SMSC that sends so many of these messages, picked at random, and then listens. One at a time."""
        for other in self.carriers:
            other.end()
        number = len(self.carriers)
        lines = [*messages] or ["1 2 text x"]
        options = ["-H", "127.0.0.1", "-r", str(self.ports["CARRIER"]), "-i", "0.001"]
        wanted = str(len(messages) if count is None else count)
        program = self._start(f"carrier-{number}", FAKE_SMSC, *options, "-m", wanted, *lines)
        self.carriers.append(program)
        return program

    def delivered(self) -> list[Told]:
        """Everything that all carriers got, in order."""
        return [told for carrier in self.carriers for told in read_carrier(carrier.out)]

    def spooled(self) -> set[str]:
        """Ids of the messages that bearerbox keeps on its disk."""
        return {path.name for path in (self.folder / "spool").rglob("*") if path.is_file()}

    def smsbox_log(self) -> str:
        """What smsbox complains of."""
        path = self.folder / "smsbox.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def stop(self) -> None:
        """End everything."""
        for program in (*self.carriers, self.smsbox, self.bearerbox):
            if program is not None:
                program.end(signal.SIGKILL)

    def _config(self) -> str:
        """The product's example configuration, filled in."""
        values = {f"KANNEL_{name}_PORT": str(port) for name, port in self.ports.items()} | {
            "KANNEL_FOLDER": str(self.folder),
            "KANNEL_ADMIN_PASSWORD": "not used",
            "KANNEL_SENDSMS_PASSWORD": self.password,
            "HUB_SMS_SECRET": self.secret,
            "HUB_ADDRESS": self.hub_address,
        }
        path = self.folder / "kannel.conf"
        path.write_text(Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")
        return str(path)

    def _start(self, name: str, *command: str | Path) -> Program:
        out = self.folder / f"{name}.out"
        with out.open("ab") as file:
            child = subprocess.Popen(
                command, cwd=self.folder, stdout=file, stderr=file, env={**os.environ, "LANG": "C"}
            )
        return Program(child, out)


def _listening(port: int) -> bool:
    """Whether somebody listens, without connecting: bearerbox would take us for a box or a carrier."""
    wanted = f":{port:04X}"
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(row.split()[1].endswith(wanted) and row.split()[3] == "0A" for row in rows)


def chinese(sender: str, text: str, receiver: str = "12319") -> str:
    """A message in UCS-2 as the fake SMSC takes it."""
    return f"{sender} {receiver} ucs2 {quote(text.encode('utf-16-be'))}"


def in_parts(sender: str, parts: Sequence[str], reference: int = 7, receiver: str = "12319") -> list[str]:
    """A long message as the fake SMSC takes it: each part with its header."""
    return [
        f"{sender} {receiver} udh-data %05%00%03%{reference:02x}%{len(parts):02x}%{number:02x} "
        + quote(part.encode("utf-16-be"))
        for number, part in enumerate(parts, 1)
    ]


def read_carrier(out: Path) -> Iterator[Told]:
    """Messages in a fake SMSC's output, parts joined."""
    parts: dict[tuple[str, int], dict[int, bytes]] = {}
    for line in out.read_text(encoding="utf-8", errors="replace").splitlines():
        found = _GOT.search(line)
        if found is None:
            continue
        sender, receiver, rest = found.groups()
        kind, _, payload = rest.partition(" ")
        if kind != "udh":
            yield Told(sender, receiver, _text(kind, payload))
            continue
        head, _, tail = payload.partition(" ")
        header = unquote_to_bytes(head)
        assert header.startswith(_PARTS_HEAD), header
        reference, total, number = header[3], header[4], header[5]
        known = parts.setdefault((receiver, reference), {})
        known[number] = unquote_to_bytes(tail.partition(" ")[2].replace("+", " "))
        if len(known) == total:
            del parts[receiver, reference]
            yield Told(sender, receiver, b"".join(known[one] for one in sorted(known)).decode("utf-16-be"))


def _text(kind: str, payload: str) -> str:
    if kind == "text":
        return payload
    raw = unquote_to_bytes(payload.replace("+", " "))
    return raw.decode("utf-16-be" if kind.startswith("ucs") else "utf-8", "replace")


@contextmanager
def kannel_in(folder: Path, hub_address: str) -> Iterator[Kannel]:
    """A running Kannel, gone with the context."""
    kannel = Kannel(folder, hub_address)
    try:
        kannel.start_bearerbox()
        kannel.start_smsbox()
        yield kannel
    finally:
        kannel.stop()
