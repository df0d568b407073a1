"""All checks in order. One that breaks is a fault of its part, never the end of the others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from hub.checkup.bus import check_bus
from hub.checkup.city import check_city
from hub.checkup.data_folder import check_data_folder
from hub.checkup.database import check_database, check_key
from hub.checkup.findings import Findings
from hub.checkup.listening import check_listening
from hub.checkup.scanner import check_scanner
from hub.checkup.work import check_accounts, check_reports, check_workers
from hub.probes import probes
from hub.wiring import Hub
from intake.errors import HubError
from intake.http.health import ask

Check = Callable[[Hub, Findings], Awaitable[None]]
_CALENDAR_DAYS = 365


async def check_installation(hub: Hub) -> Findings:
    """Everything that can be looked at from here; the hub may run or not."""
    findings = Findings()
    for probe in probes(hub):
        view = await ask(probe)
        if view.fault is not None:
            findings.fault(view.name, view.fault)
    if not findings.broken("database"):
        await _run("database", check_database, hub, findings)
        await _run("secret.key", check_key, hub, findings)
    await _run("data", check_data_folder, hub, findings)
    await _run("bus", check_bus, hub, findings)
    if not findings.broken("city"):
        await _run("holidays", _check_calendar, hub, findings)
        await _run("city", check_city, hub, findings)
    if not findings.broken("database"):
        await _run("workers", check_workers, hub, findings)
        await _run("reports", check_reports, hub, findings)
        await _run("accounts", check_accounts, hub, findings)
        await _run("scanner", check_scanner, hub, findings)
    await _run("http", check_listening, hub, findings)
    return findings


async def _run(part: str, check: Check, hub: Hub, findings: Findings) -> None:
    try:
        await check(hub, findings)
    except (HubError, OSError) as error:
        findings.fault(part, str(error))


async def _check_calendar(hub: Hub, findings: Findings) -> None:
    """Deadlines of next year must not be computed from weekends alone without anybody knowing."""
    today = hub.clock.now().date()
    for words in hub.pack.calendar.warnings_for(today, today + timedelta(days=_CALENDAR_DAYS)):
        findings.warn("holidays", words)
