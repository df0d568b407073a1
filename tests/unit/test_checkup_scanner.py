"""`hub check` says when nobody looks into photos."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.checkup.findings import Findings
from hub.checkup.scanner import UNSCANNED, check_scanner
from hub.settings import read_settings
from hub.wiring import Hub
from tests.services.clamd import clamd_server, find_clamd


async def warnings_of(folder: Path, **environment: str) -> list[str]:
    hub = Hub(read_settings({"HUB_DATA": str(folder), **environment}))
    findings = Findings()
    try:
        await check_scanner(hub, findings)
    finally:
        hub.close()
    assert findings.faults == []
    return findings.warnings


async def test_an_installation_without_a_scanner_is_told_so(tmp_path: Path) -> None:
    assert await warnings_of(tmp_path) == [f"scanner: {UNSCANNED}"]


async def test_a_scanner_that_is_away_is_told_with_what_to_do(tmp_path: Path) -> None:
    (words,) = await warnings_of(tmp_path, HUB_SCANNER_URL="tcp://127.0.0.1:1")
    assert (words.startswith("scanner: "), words.endswith("start clamd.")) == (True, True)


async def test_a_scanner_that_answers_is_no_finding(tmp_path: Path) -> None:
    if find_clamd() is None:
        pytest.skip("NO REAL SCANNER WAS ASKED: clamd is not installed; `make test` installs it")
    with clamd_server() as server:
        assert await warnings_of(tmp_path, HUB_SCANNER_URL=server.url) == []
