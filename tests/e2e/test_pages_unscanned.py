"""While the scanner is away, staff see at the photo itself and on the page of the limits that nobody looked into it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bench.hub_process import HubProcess
from tests.e2e.browser import DESKTOP, PHONE, Visitor, overflow_pixels, visit
from tests.e2e.office import Office
from tests.e2e.seeds import Seed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

# The discard port: nobody listens there.
SETTINGS = {"HUB_SCANNER_URL": "tcp://127.0.0.1:9", "HUB_LIMITS_ENABLED": "true"}


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A hub whose scanner does not answer."""
    opened = Office(HubProcess(tmp_path_factory.mktemp("unscanned") / "data", settings=SETTINGS))
    try:
        opened.open()
        yield opened
    finally:
        opened.hub.stop()


def _staff(browser: Browser, office: Office, role: str) -> Visitor:
    one = visit(browser, office.url)
    account = {name: office.accounts[role][name] for name in ("user", "password")}
    assert one.page.request.post("/api/v1/session", data=account).ok
    return one


def test_the_desk_says_beside_a_photo_that_nobody_looked_into_it(chromium: Browser, away: Office) -> None:
    report = away.settled(away.send(Seed("梧埭的路灯不亮", photo="lamp")))
    (item,) = away.ask("operator", "/api/v1/desk")["items"]
    (photo,) = report["evidence"]
    assert (item["unscanned"], item["harmful"]) == ([photo["sha256"]], [])
    operator = _staff(chromium, away, "operator")
    page = operator.room("/desk")
    expect(page.locator("[data-photos] li")).to_have_text(["未经扫描"])
    expect(page.locator("[data-photos] img")).to_have_attribute("src", f"/api/v1/evidence/{photo['sha256']}")
    for size in (DESKTOP, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert overflow_pixels(page) == 0
    assert operator.witness.unexpected() == []
    page.context.close()


def test_who_may_see_the_limits_gets_there_from_every_page_and_reads_what_is_guarded(
    chromium: Browser, away: Office
) -> None:
    admin, operator = _staff(chromium, away, "admin"), _staff(chromium, away, "operator")
    expect(operator.go("/rooms").locator(".nav a[href='/desk']")).to_have_count(1)
    expect(operator.page.locator(".nav a[href='/admin/limits']")).to_have_count(0)
    page = admin.go("/rooms")
    page.locator(".nav a", has_text="限流").click()
    expect(page.locator(".nav a[aria-current=page]")).to_have_text("限流")
    told = ["本机（127.0.0.1、::1）发来的请求不计数，不会出现在下表。", "上传的照片由扫描服务检查。"]
    expect(page.locator(".guards li")).to_have_text(told)
    assert admin.witness.unexpected() == operator.witness.unexpected() == []
    for one in (admin, operator):
        one.page.context.close()
