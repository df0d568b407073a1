"""The work: who does it, what is left lying, who may look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from prometheus_client.core import Metric

from case_api.accounts.roles import Role
from hub.checkup.findings import Findings
from hub.store_figures import StoreFigures
from hub.watch import STANDSTILL_SECONDS, WorkerWatch
from hub.wiring import Hub
from intake.bus.redis import RedisBus

# A worker tells of itself each second.
_LISTEN_SECONDS = 3.0
_LOOK_SECONDS = 0.05
_LATE_SECONDS = 60.0
_MESSAGES_LATE_SECONDS = 300.0


async def check_workers(hub: Hub, findings: Findings) -> None:
    """Over a shared bus every worker is heard; without one only what is left lying tells of them."""
    if not isinstance(hub.bus, RedisBus) or findings.broken("bus"):
        return
    watch = WorkerWatch()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(hub.bus.run()), group.create_task(watch.listen(hub.bus))]
        await _first_word(watch)
        for task in tasks:
            task.cancel()
    if not watch.workers:
        findings.warn(
            "workers",
            "没有听到任何归一处理进程；若系统应在运行，请启动 hub serve --role worker"
            " / no worker is heard: if the hub is meant to run, start hub serve --role worker",
        )
    for name, seconds in watch.idle_seconds().items():
        if seconds > STANDSTILL_SECONDS:
            findings.fault(
                "workers",
                f"{name} 已有 {seconds:.0f} 秒没有查找诉求，请重启它"
                f" / {name} has not looked for work for {seconds:.0f} s: restart it",
            )


async def _first_word(watch: WorkerWatch) -> None:
    """Wait until all that tell of themselves each second have done so; the first ends it early when it is late."""
    try:
        async with asyncio.timeout(_LISTEN_SECONDS):
            while not watch.workers:  # noqa: ASYNC110 - the watch tells nobody what it heard
                await asyncio.sleep(_LOOK_SECONDS)
            await asyncio.sleep(1.0)
    except TimeoutError:
        return


async def check_reports(hub: Hub, findings: Findings) -> None:
    """What waits too long, and what somebody must look at."""
    figures = await asyncio.to_thread(_figures, hub)
    oldest, parked = figures.get("hub_reports_waiting_oldest_seconds", 0.0), figures.get("hub_reports_parked", 0.0)
    if oldest > _LATE_SECONDS:
        waiting = figures["hub_reports_waiting"]
        findings.warn(
            "reports",
            f"有 {waiting:.0f} 件诉求等待处理，最久 {oldest:.0f} 秒；请确认 hub serve 或 hub serve --role worker 在运行"
            f" / {waiting:.0f} reports wait, the oldest for {oldest:.0f} s: see that hub serve or a worker runs",
        )
    late = figures.get("hub_sms_late_seconds", 0.0)
    if late > _MESSAGES_LATE_SECONDS:
        findings.warn(
            "sms",
            f"短信已迟发 {late:.0f} 秒；请确认 hub serve --role sms 在运行、网关有应答"
            f" / messages are {late:.0f} s late: see that hub serve --role sms runs and the gateway answers",
        )
    if parked:
        findings.warn(
            "reports",
            f"有 {parked:.0f} 件诉求被搁置，请查看 hub report list --status parked"
            f" / {parked:.0f} reports are parked: look at hub report list --status parked",
        )


def _figures(hub: Hub) -> Mapping[str, float]:
    """The figures without labels, by name."""
    families: list[Metric] = list(StoreFigures(hub.database, hub.clock).collect())
    return {one.name: float(one.samples[0].value) for one in families if len(one.samples) == 1}


async def check_accounts(hub: Hub, findings: Findings) -> None:
    """A lasting installation has an administrator of its own and no accounts whose passwords lie in a file."""
    users = [user for user in await hub.accounts.list_users() if not user.disabled]
    if users and not any(user.role == Role.ADMIN for user in users):
        findings.warn(
            "accounts",
            "没有启用的系统管理员，请运行 hub user add 用户名 --role admin"
            " / no administrator may sign in: hub user add NAME --role admin",
        )
