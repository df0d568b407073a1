"""A real Chromium, and a witness beside each page that notes what went wrong in it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response

CHROMIUM = "chromium"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 15_000
DESKTOP, PHONE = (1440, 900), (390, 844)


def find_chromium() -> str | None:
    """The browser of this machine, or None."""
    return shutil.which(CHROMIUM)


def launch(playwright: Playwright, executable: str) -> Browser:
    """Chromium without a window on a fresh profile of its own, which goes when it is closed."""
    return playwright.chromium.launch(executable_path=executable, args=list(_ARGUMENTS))


# Without slots: Playwright keeps its own marks on the object whose methods listen.
@dataclass
class Witness:
    """What one visitor's pages asked for and what failed: `troubles` is empty when all went well.

    A test that provokes a failure names it in `provoked`: a trouble that contains one of these words is expected.
    """

    troubles: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    provoked: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Listen to every page of this context, present and future."""
        context.on("console", self._console)
        context.on("weberror", lambda fault: self._trouble(f"script: {fault.error.message}"))
        context.on("requestfailed", self._failed)
        context.on("request", lambda request: self.addresses.append(request.url))
        context.on("response", self._answered)

    def unexpected(self) -> list[str]:
        """The troubles that nobody provoked."""
        return [one for one in self.troubles if not any(words in one for words in self.provoked)]

    def told(self) -> str:
        """All that the hub answered to the page that is open, but its pictures and the endless stream."""
        texts = ("json", "html")
        kept = [one for one in self.answers if any(kind in one.headers.get("content-type", "") for kind in texts)]
        return "\n".join(one.text() for one in kept if one.status == 200)

    def forget(self) -> None:
        """Begin anew: a browser keeps the bodies of the page that is open, not those of the one before."""
        self.answers.clear()

    def _trouble(self, words: str) -> None:
        self.troubles.append(words)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._trouble(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        # Leaving a page ends what it was still reading.
        if request.failure != "net::ERR_ABORTED":
            self._trouble(f"failed: {request.method} {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        self.answers.append(response)
        if response.status >= 400:
            self._trouble(f"answer: {response.status} {response.request.method} {response.url}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser profile with its page and its witness."""

    page: Page
    witness: Witness

    def go(self, path: str) -> Page:
        """Open a page of the hub and wait until a room's scripts say that it is ready."""
        self.witness.forget()
        self.page.goto(path, wait_until="load")
        return self.page

    def room(self, path: str) -> Page:
        """Open a console page, whose scripts mark it when its keys work."""
        page = self.go(path)
        page.locator("main[data-ready=yes]").wait_for()
        return page


def visit(browser: Browser, url: str, *, size: tuple[int, int] = DESKTOP, **options: Any) -> Visitor:
    """A visitor of this hub. `options` go to the browser's context: locale, java_script_enabled, permissions."""
    settings: Mapping[str, Any] = {"locale": "zh-CN", "reduced_motion": "reduce", **options}
    context = browser.new_context(base_url=url, viewport={"width": size[0], "height": size[1]}, **settings)
    context.set_default_timeout(PATIENCE_MS)
    witness = Witness()
    witness.watch(context)
    return Visitor(context.new_page(), witness)


def overflow_pixels(page: Page) -> int:
    """How far a page scrolls sideways; 0 when it fits."""
    wide: int = page.evaluate("Math.max(0, document.scrollingElement.scrollWidth - innerWidth)")
    return wide
