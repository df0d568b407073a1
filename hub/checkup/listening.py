"""The port of the pages: free, or held by a hub that is well; and what a listener beyond this machine asks for."""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
import json

from hub.checkup.findings import Findings
from hub.wiring import Hub

PART = "http"
_PATIENCE_SECONDS = 5.0


async def check_listening(hub: Hub, findings: Findings) -> None:
    """Ask whoever listens there how it is."""
    settings = hub.settings.http
    if not _is_loopback(settings.host) and not settings.secure_cookies:
        findings.warn(
            PART,
            f"监听 {settings.host}，登录信息可能以明文传送；请放在 HTTPS 反向代理之后并设 HUB_HTTP_SECURE_COOKIES=true"
            f" / listening on {settings.host}, sign-ins may travel in clear: put an HTTPS proxy before it and set"
            " HUB_HTTP_SECURE_COOKIES=true",
        )
    host = "127.0.0.1" if settings.host in {"", "0.0.0.0", "::"} else settings.host  # noqa: S104 - only compared
    answer = await asyncio.to_thread(_ask, host, settings.port)
    if answer is None:
        return
    try:
        parts = json.loads(answer)["parts"]
    except (KeyError, TypeError, ValueError):
        findings.fault(
            PART,
            f"端口 {settings.port} 被其他程序占用，请停用它或设置 HUB_HTTP_PORT"
            f" / port {settings.port} is held by another program: stop it or set HUB_HTTP_PORT",
        )
        return
    for part in parts:
        if part["fault"] and not findings.broken(part["name"]):
            findings.fault(part["name"], part["fault"])


def _ask(host: str, port: int) -> bytes | None:
    """What `/readyz` answers; None when nobody listens."""
    connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().read()
    except ConnectionRefusedError:
        return None
    except (OSError, http.client.HTTPException):
        return b""
    finally:
        connection.close()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
