"""Fixtures of the browser tests: one hub for all of them, one Chromium a file, a witness that speaks up at the end."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.e2e.browser import PATIENCE_MS, Visitor, find_chromium, launch, visit
from tests.e2e.installations import BIG_CITY, SMALL_TOWN, installation
from tests.e2e.office import Office
from tests.e2e.seeds import SEEDS

SCREENS = "HUB_SCREENS"
_DISPATCHED = slice(7, 11)
Visit = Callable[..., Visitor]
Keep = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def screens_folder() -> Path | None:
    """Where pictures of the pages go; None when nobody asked for them."""
    folder = os.environ.get(SCREENS)
    return Path(folder).resolve() if folder else None


@pytest.fixture(scope="session", params=[SMALL_TOWN, BIG_CITY])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A hub with the morning's reports, some of them dispatched. Tests add their own and leave the others alone.

    The small town has one process with its child on SQLite, the big city four on PostgreSQL and Redis.
    """
    with pytest.MonkeyPatch.context() as environment, ExitStack() as stack:
        for name in [name for name in os.environ if name.startswith("HUB_")]:
            environment.delenv(name)
        data = tmp_path_factory.mktemp("pages") / "data"
        opened = Office(stack.enter_context(installation(request.param, data)))
        try:
            opened.open()
            settled = [opened.settled(receipt) for receipt in [opened.send(seed) for seed in SEEDS]]
            for report in [one for one in settled if one["outcome"] == "open"][_DISPATCHED]:
                opened.dispatch(report["case_number"])
            yield opened
        finally:
            opened.hub.stop()


# One a file: while Playwright runs, no other event loop may run in its thread, and other files have such tests.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        expect.set_options(timeout=PATIENCE_MS)
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium. Without one the pages stay unseen, which must not go unnoticed."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("NO PAGE WAS TESTED: chromium is not on PATH; `make test` installs it (scripts/setup.sh test)")
    browser = launch(playwright, executable)
    yield browser
    browser.close()


@pytest.fixture
def visitor(chromium: Browser, office: Office) -> Iterator[Visit]:
    """Makes visitors, signed in when a role is named. At the end none of their pages may have complained."""
    came: list[Visitor] = []

    def come(role: str = "", **options: Any) -> Visitor:
        one = visit(chromium, office.url, **options)
        came.append(one)
        if role:
            account = {name: office.accounts[role][name] for name in ("user", "password")}
            assert one.page.request.post("/api/v1/session", data=account).ok
        return one

    yield come
    for one in came:
        one.page.context.close()
    assert [trouble for one in came for trouble in one.witness.unexpected()] == []


@pytest.fixture
def keep(screens_folder: Path | None) -> Keep:
    """Keeps a picture of a page under this name, when a folder for pictures was named."""

    def picture(page: Page, name: str) -> None:
        if screens_folder is not None:
            screens_folder.mkdir(parents=True, exist_ok=True)
            taken = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
            # A palette is enough for a page and a third of the size.
            small = taken.convert("RGB").quantize(256, dither=Image.Dither.NONE)
            small.save(screens_folder / f"{name}.png", optimize=True)

    return picture
