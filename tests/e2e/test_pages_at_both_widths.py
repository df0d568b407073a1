"""Every page fits a desktop and a telephone, and complains nowhere; with HUB_SCREENS set, pictures of them are kept."""

from __future__ import annotations

from typing import cast

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.browser import DESKTOP, PHONE, overflow_pixels
from tests.e2e.conftest import Keep, Visit
from tests.e2e.seeds import SEEDS, draw_photo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

WIDTHS = pytest.mark.parametrize(("width", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
PHOTO = cast("FilePayload", {"name": "路灯.jpg", "mimeType": "image/jpeg", "buffer": draw_photo("lamp")})


def _fits(page: Page) -> None:
    assert overflow_pixels(page) == 0
    clipped = page.evaluate(
        """() => [...document.querySelectorAll("button, h1, h2, label, .chip, .btn")].filter(one => {
             const { left, right, width } = one.getBoundingClientRect();
             return width > 1 && one.checkVisibility() && (left < -1 || right > innerWidth + 1);
           }).map(one => one.textContent.trim())"""
    )
    assert clipped == []


def _map_is_drawn(page: Page, place: str) -> None:
    page.locator(f"{place} .leaflet-control-attribution").wait_for()


@WIDTHS
def test_form_receipt_and_tracking_fit(visitor: Visit, keep: Keep, width: str, size: tuple[int, int]) -> None:
    page = visitor(size=size).go("/")
    _map_is_drawn(page, "#map")
    _fits(page)
    page.get_by_label("问题描述").fill("陈埭镇溪边村村口的路灯不亮，晚上看不清路")
    page.locator(".tile", has_text="路灯").click()
    page.locator("#photo").set_input_files(PHOTO)
    page.get_by_label("地点").fill("陈埭镇溪边村")
    page.get_by_label("手机或电话").fill("13805950000")
    expect(page.locator("#photos li")).to_have_count(1)
    _fits(page)
    page.evaluate("scrollTo(0, 0)")
    keep(page, f"form-{width}")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".receipt [data-slot=tracking_number]")).not_to_be_empty()
    _fits(page)
    keep(page, f"receipt-{width}")
    page.get_by_role("link", name="查看进度").click()
    expect(page.locator("#found .steps li")).to_have_count(2)
    _fits(page)
    keep(page, f"tracking-{width}")


@WIDTHS
def test_the_queue_fits_with_and_without_a_case(visitor: Visit, keep: Keep, width: str, size: tuple[int, int]) -> None:
    page = visitor("dispatcher", size=size).room("/dispatch")
    expect(page.locator("#live")).to_have_text("实时")
    _fits(page)
    if width == "phone":
        keep(page, "queue-list-phone")
    page.locator("#queue .row", has_text=SEEDS[0].text).click()
    expect(page.locator("[data-reports] img")).to_have_count(1)
    expect(page.locator("[data-history] li")).to_have_count(1)
    _map_is_drawn(page, "[data-map]")
    _fits(page)
    keep(page, f"queue-{width}")


@WIDTHS
def test_the_desk_fits(visitor: Visit, keep: Keep, width: str, size: tuple[int, int]) -> None:
    page = visitor("operator", size=size).room("/desk")
    _fits(page)
    page.locator("#questions .row", has_text="青新社区大门旁边").click()
    _map_is_drawn(page, "#ask-place [data-map]")
    _fits(page)
    keep(page, f"desk-{width}")
    page.get_by_role("button", name="回到列表").click()
    expect(page.get_by_text("选一件开始")).to_be_visible(visible=width == "desktop")
    expect(page.locator("#questions .row").first).to_be_visible()


@WIDTHS
@pytest.mark.parametrize("path", ["/track", "/sign-in", "/rooms", "/nowhere", "/docs"])
def test_the_other_pages_fit(visitor: Visit, path: str, width: str, size: tuple[int, int]) -> None:
    someone = visitor("manager" if path == "/rooms" else "", size=size)
    someone.witness.provoked += ["404"] if path == "/nowhere" else []
    page = someone.go(path)
    expect(page.locator("h1, #swagger-ui .title").first).to_be_visible()
    assert overflow_pixels(page) == 0
