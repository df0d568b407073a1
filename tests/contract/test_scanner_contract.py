"""Every scanner finds what is harmful and nothing else: the one of the tests, and ClamAV's daemon on both its doors."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from intake.errors import Temporary
from intake.scanning import Clamd, Finding, Scanner
from tests.fakes.scanner import HARM, NAME, FakeScanner
from tests.services.clamd import EICAR, ClamdServer, clamd_server, find_clamd


@pytest.fixture(scope="module")
def clamd() -> Iterator[ClamdServer]:
    """A daemon for this file."""
    if find_clamd() is None:
        pytest.skip("NO REAL SCANNER WAS TESTED: clamd is not installed; `make test` installs it")
    with clamd_server() as server:
        yield server


@pytest.fixture(params=["fake", "tcp", "unix"])
def scanner(request: pytest.FixtureRequest) -> Scanner:
    """A scanner that answers."""
    if request.param == "fake":
        return FakeScanner()
    server: ClamdServer = request.getfixturevalue("clamd")
    return Clamd(server.url if request.param == "tcp" else server.unix_url, timeout_seconds=20)


@pytest.fixture(params=["fake", "tcp", "unix"])
def absent(request: pytest.FixtureRequest) -> Scanner:
    """A scanner that is away."""
    if request.param == "fake":
        return FakeScanner(away=True)
    return Clamd("tcp://127.0.0.1:1" if request.param == "tcp" else "unix:/nowhere/clamd")


@pytest.mark.parametrize("content", [b"", b"an ordinary file", random.Random(7).randbytes(300_000)])
async def test_a_clean_file_is_clean(scanner: Scanner, content: bytes) -> None:
    assert await scanner.scan(content, "井盖.jpg") is None


@pytest.mark.parametrize("around", [0, 1000, 200_000])
async def test_what_is_harmful_is_named(scanner: Scanner, around: int) -> None:
    padding = random.Random(around).randbytes(around)
    assert await scanner.scan(padding + HARM + padding, "井盖.jpg") == Finding(NAME)


async def test_a_scanner_that_is_away_says_so(absent: Scanner) -> None:
    with pytest.raises(Temporary):
        await absent.scan(b"an ordinary file", "a.jpg")


async def test_the_test_file_of_all_scanners_is_found(clamd: ClamdServer) -> None:
    found = await Clamd(clamd.url, timeout_seconds=20).scan(EICAR, "eicar.com")
    assert found == Finding("Eicar-Signature.UNOFFICIAL")


async def test_a_file_beyond_the_daemons_limit_was_not_looked_into(clamd: ClamdServer) -> None:
    with pytest.raises(Temporary):
        await Clamd(clamd.url, timeout_seconds=20).scan(b"x" * 3_000_000, "large.jpg")
