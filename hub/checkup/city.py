"""The city pack: which version the running processes serve, and whether the files have changed since."""

from __future__ import annotations

from hub.checkup.findings import Findings
from hub.city_reload import told_by_processes
from hub.wiring import Hub


async def check_city(hub: Hub, findings: Findings) -> None:
    """A pack that was changed waits for `hub city reload`; one that was refused waits for a better one."""
    version = hub.geocoder.loaded.version
    findings.note("city", f"数据包版本 {version} / version {version} of the pack")
    for one in told_by_processes(hub.settings.data):
        name = f"{one.role} {one.process}"
        findings.note("city", f"{name} 使用 {one.version}（自 {one.since}）/ serves {one.version} since {one.since}")
        if one.is_refused:
            words = "；".join(one.refused[:3])
            findings.warn(
                "city", f"{name} 未采用新数据包，请改正后运行 hub city reload：{words} / refused the new pack"
            )
        elif one.version != version:
            findings.warn(
                "city",
                f"{name} 仍用旧数据包 {one.version}，请运行 hub city reload"
                f" / still serves the old pack {one.version}: run hub city reload",
            )
