"""A backup of a hub at work: one moment of it, in which everything fits together."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from bench.hub_process import HubProcess
from bench.texts import texts
from hub.settings import DatabaseSettings, Settings
from hub.wiring import Hub
from tests.e2e.outsider import Outsider
from tests.integration.filled_city import send

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]
_BACKUPS, _SENDERS, _FIRST = 3, 8, 60
# Each must find nothing.
_CONTRADICTIONS = {
    "a report without a fate, or with two": "SELECT r.id FROM report r WHERE "
    "(SELECT count(*) FROM outcome o WHERE o.report_id = r.id) "
    "+ (SELECT count(*) FROM parked p WHERE p.report_id = r.id) "
    "+ (SELECT count(*) FROM waiting w WHERE w.report_id = r.id) <> 1",
    "an outcome without its case": "SELECT o.report_id FROM outcome o "
    "LEFT JOIN case_file c ON c.number = o.case_number WHERE o.case_number IS NOT NULL AND c.number IS NULL",
    "a case without history": "SELECT c.number FROM case_file c "
    "WHERE NOT EXISTS (SELECT 1 FROM case_event e WHERE e.case_number = c.number)",
    "an event that nobody announces": "SELECT e.seq FROM case_event e "
    "WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.case_number = e.case_number AND o.n = e.n)",
    "a case that counts its reports wrongly": "SELECT c.number FROM case_file c WHERE c.report_count <> "
    "(SELECT count(*) FROM case_report r WHERE r.case_number = c.number)",
    "counts that are not those of the cases": "SELECT street9, group_key, state, sum(n) FROM "
    "(SELECT street9, group_key, state, n FROM case_count UNION ALL "
    "SELECT street9, group_key, state, -1 FROM case_file WHERE open) GROUP BY 1, 2, 3 HAVING sum(n) <> 0",
}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_every_backup_of_a_hub_under_load_is_one_consistent_moment(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    url = "" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    if url:
        monkeypatch.setenv("HUB_DATABASE_URL", url)
    process = HubProcess(tmp_path / "data")
    await asyncio.to_thread(process.start)
    try:
        known = await _back_up_under_load(process, url, tmp_path)
    finally:
        await asyncio.to_thread(process.stop)
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
    sizes = [await asyncio.to_thread(_check, tmp_path, number, known[number]) for number in range(_BACKUPS)]
    assert sizes == sorted(set(sizes))


async def _back_up_under_load(process: HubProcess, url: str, folder: Path) -> list[set[str]]:
    """Backups while reports come in and are settled; what was acknowledged before each began."""
    hub = Hub(Settings(data=process.data, database=DatabaseSettings(url=url)))
    acknowledged: set[str] = set()
    more = asyncio.Event()
    stream = zip(itertools.count(), texts(hub.settings.city, 7), strict=False)
    senders = [asyncio.create_task(_send_on(hub, stream, acknowledged, more)) for _ in range(_SENDERS)]
    known = []
    try:
        for number in range(_BACKUPS):
            while len(acknowledged) < _FIRST * (number + 1):
                more.clear()
                await more.wait()
            known.append(set(acknowledged))
            await asyncio.to_thread(process.run, "backup", str(folder / f"{number}.backup"))
            assert len(acknowledged) > len(known[-1])
    finally:
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)
        hub.close()
    return known


async def _send_on(hub: Hub, stream: Iterator[tuple[int, str]], acknowledged: set[str], more: asyncio.Event) -> None:
    for number, text in stream:
        acknowledged.add((await send(hub, text, number)).report_id)
        more.set()


def _check(folder: Path, number: int, known: set[str]) -> int:
    """Restore the backup, into SQLite; how many reports it holds."""
    outsider = Outsider(folder / f"restored{number}")
    told = outsider.hub("restore", str(folder / f"{number}.backup"), "--json")
    assert (told.code, told.json["history"]["faults"]) == (0, []), told.err
    with closing(sqlite3.connect(outsider.data / "hub.db")) as connection:
        stored = {name for (name,) in connection.execute("SELECT id FROM report")}
        found = {what: connection.execute(query).fetchall() for what, query in _CONTRADICTIONS.items()}
        photos = [uri for (told,) in connection.execute("SELECT evidence FROM report") for uri in _uris(told)]
    kept = {path.name for path in (outsider.data / "evidence").rglob("*") if path.is_file()}
    assert known - stored == set()
    assert found == {what: [] for what in _CONTRADICTIONS}
    assert (len(photos) > 0, {uri.removeprefix("evidence:") for uri in photos} - kept) == (True, set())
    return len(stored)


def _uris(told: str) -> list[str]:
    return [one["uri"] for one in orjson.loads(told)]
