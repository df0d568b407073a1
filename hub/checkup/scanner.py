"""Who looks into uploaded photos. Reports are taken whatever becomes of the scanner, so all of this is a warning."""

from __future__ import annotations

from hub.checkup.findings import Findings
from hub.limits import scanner_of
from hub.wiring import Hub
from intake.errors import Temporary

UNSCANNED = (
    "上传的照片未经扫描，安装 clamd 后请设置 HUB_SCANNER_URL / "
    "uploaded photos are not scanned: install clamd and set HUB_SCANNER_URL"
)


async def check_scanner(hub: Hub, findings: Findings) -> None:
    """That there is one, and that it answers."""
    scanner = scanner_of(hub.settings)
    if scanner is None:
        findings.warn("scanner", UNSCANNED)
        return
    try:
        await scanner.scan(b"12319", "check")
    except Temporary as error:
        findings.warn(
            "scanner",
            f"{error.zh}照片会先收下、之后补扫；请启动 clamd / "
            f"{error.en} Photos are kept and scanned later: start clamd.",
        )
