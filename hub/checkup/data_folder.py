"""The data folder: whose it is, who may read it, and whether its disk is one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from hub.checkup.findings import Findings
from hub.wiring import Hub

_PRIVATE = ("hub.db", "hub.db-wal", "hub.db-shm", "anchors.log", "demo-accounts.json")
_OVER_THE_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.glusterfs", "ceph"})
_MOUNTS = Path("/proc/self/mountinfo")


async def check_data_folder(hub: Hub, findings: Findings) -> None:
    """What lies here concerns its owner alone, and must be the owner's."""
    data = hub.settings.data
    if not data.exists():
        return
    _check_modes(data, findings)
    _check_owner(data, findings)
    _check_secrets(hub, findings)
    if hub.settings.database_url.startswith("sqlite") and (kind := filesystem_of(data)) in _OVER_THE_NETWORK:
        findings.fault(
            "data",
            f"SQLite 数据库位于网络文件系统（{kind}）上，会损坏；请改用本机磁盘，或改用 PostgreSQL"
            f" / the SQLite database lies on a network file system ({kind}), which breaks it:"
            " use a local disk, or PostgreSQL",
        )


def filesystem_of(folder: Path, mounts: str | None = None) -> str:
    """The type of the file system that holds a folder, as the kernel names it; empty when it does not say."""
    lines = (mounts if mounts is not None else _read(_MOUNTS)).splitlines()
    found = ("", "")
    for line in lines:
        before, _, after = line.partition(" - ")
        point = before.split(" ")[4].replace("\\040", " ") if before.count(" ") >= 4 else ""
        if point and folder.resolve().is_relative_to(point) and len(point) >= len(found[0]):
            found = (point, after.split(" ")[0])
    return found[1]


def _check_modes(data: Path, findings: Findings) -> None:
    """An older file or folder may be open to others."""
    files = [path for name in _PRIVATE for path in sorted(data.glob(name))]
    for path, mode in ((data, 700), *((file, 600) for file in files)):
        if open_to_others(path):
            remedy = f"chmod {mode} {path}"
            findings.warn(path.name, f"他人可读，请运行 {remedy} / readable by others: {remedy}")
    key = data / "secret.key"
    if key.exists() and open_to_others(key):
        findings.fault("secret.key", f"他人可读，请运行 chmod 600 {key} / readable by others: chmod 600 {key}")


def _check_owner(data: Path, findings: Findings) -> None:
    """A command that was once run as another user leaves files that the hub cannot write."""
    if not os.access(data, os.W_OK | os.X_OK):
        findings.fault(
            "data",
            f"当前用户不能写 {data}，请以运行系统的用户执行"
            f" / this user cannot write {data}: run as the user of the hub",
        )
        return
    owner = data.stat().st_uid
    strangers = [path for path in sorted(data.iterdir()) if path.lstat().st_uid != owner]
    if strangers:
        names = " ".join(path.name for path in strangers[:5])
        remedy = f"chown -R --reference={data} {data}"
        findings.warn("data", f"有文件属于其他用户（{names}），请运行 {remedy} / files of another user: {remedy}")


def _check_secrets(hub: Hub, findings: Findings) -> None:
    """Passwords by file; those that a container or systemd hands over are guarded by where they are."""
    handed_over = [Path("/run/secrets"), Path("/run/credentials")]
    for section in (hub.settings.database, hub.settings.bus):
        path = Path(section.password_file).expanduser()
        if not section.password_file or any(path.is_relative_to(one) for one in handed_over):
            continue
        if path.exists() and open_to_others(path):
            findings.warn(
                "settings", f"{path} 他人可读，请运行 chmod 600 {path} / readable by others: chmod 600 {path}"
            )


def open_to_others(path: Path) -> bool:
    """Whether anybody but its owner has any right to it."""
    return path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
