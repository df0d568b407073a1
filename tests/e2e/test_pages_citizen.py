"""A citizen reports and follows the report, with and without JavaScript; nothing typed is lost, no secret gets out."""

from __future__ import annotations

from typing import cast

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.seeds import draw_photo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

PHONE = "13805957531"
PHOTO = cast("FilePayload", {"name": "井盖.jpg", "mimeType": "image/jpeg", "buffer": draw_photo("manhole")})


def _slip(page: Page) -> tuple[str, str]:
    number, secret = (page.locator(f".receipt [data-slot=tracking_{name}]") for name in ("number", "secret"))
    expect(number).not_to_be_empty()
    return number.inner_text(), secret.inner_text()


def _press_the_map(page: Page) -> None:
    page.locator("#map .leaflet-control-attribution").wait_for()
    page.locator("#map").click(position={"x": 260, "y": 200})
    expect(page.locator("#point-words")).to_contain_text("已标点：")


def test_a_citizen_reports_with_photo_and_point_and_follows_the_report(office: Office, visitor: Visit) -> None:
    citizen = visitor(permissions=["clipboard-read", "clipboard-write"])
    page = citizen.go("/")
    page.get_by_label("问题描述").fill("路边的井盖不见了，很危险")
    page.locator(".tile", has_text="井盖").click()
    page.locator("#photo").set_input_files(PHOTO)
    expect(page.locator("#photos li")).to_have_count(1)
    _press_the_map(page)
    page.get_by_label("手机或电话").fill(PHONE)
    page.get_by_text("为我保密").click()
    page.get_by_role("button", name="提交").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("已收到，谢谢您")
    number, secret = _slip(page)
    page.locator("[data-copy=tracking_secret]").click()
    expect(page.locator("[data-copy=tracking_secret]")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == secret

    page.get_by_role("link", name="查看进度").click()
    expect(page.locator("#found h2").first).to_have_text("已立案，等待派遣")
    expect(page.locator(".stages [aria-current=step]")).to_contain_text("任务派遣")
    expect(page.locator("#found [data-slot=tracking_number]")).to_have_text(number)
    assert page.url == f"{office.url}/track"
    assert [one for one in citizen.witness.addresses if secret in one or PHONE in one] == []
    report = next(one for one in office.ask("shift_leader", "/api/v1/reports?limit=1")["items"])
    assert (len(report["evidence"]), report["confidential"], report["contact_masked"]) == (1, True, "138****7531")
    assert report["point"]["datum"] == "cgcs2000"


def test_faults_stand_beside_their_field_and_nothing_typed_is_lost(visitor: Visit) -> None:
    citizen = visitor()
    page = citizen.go("/")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#fault-text")).to_have_text("请写明发生了什么问题。")
    expect(page.get_by_label("问题描述")).to_be_focused()

    citizen.witness.provoked += ["422"]
    page.get_by_label("问题描述").fill("罗山街道社店社区垃圾没人清")
    page.locator(".tile", has_text="垃圾").click()
    page.locator("#photo").set_input_files(PHOTO)
    page.get_by_label("手机或电话").fill("12a")
    page.get_by_label("称呼").fill("王女士")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#fault-phone")).to_contain_text("电话号码有误")
    expect(page.get_by_label("手机或电话")).to_be_focused()
    expect(page.get_by_label("问题描述")).to_have_value("罗山街道社店社区垃圾没人清")
    expect(page.locator(".tile :checked")).to_have_value("事件0102")
    expect(page.get_by_label("称呼")).to_have_value("王女士")
    expect(page.locator("#photos li")).to_have_count(1)

    page.get_by_label("手机或电话").fill(PHONE)
    page.get_by_role("button", name="提交").click()
    _slip(page)


def test_what_was_typed_survives_a_reload_but_who_typed_it_does_not(visitor: Visit) -> None:
    page = visitor().go("/")
    page.get_by_label("问题描述").fill("写到一半")
    page.get_by_label("手机或电话").fill(PHONE)
    page.reload()
    assert page.evaluate("localStorage.getItem('hub:report-draft')") == '{"text":"写到一半"}'
    expect(page.get_by_label("问题描述")).to_have_value("写到一半")
    expect(page.get_by_label("手机或电话")).to_have_value("")


def test_form_and_tracking_work_without_javascript(office: Office, visitor: Visit) -> None:
    citizen = visitor(java_script_enabled=False)
    citizen.witness.provoked += ["422"]
    page = citizen.go("/")
    page.get_by_label("问题描述").fill("英林镇港塔村路灯不亮")
    page.get_by_label("地点").fill("英林镇港塔村")
    page.get_by_label("手机或电话").fill("1")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#fault-phone")).to_contain_text("电话号码有误")
    expect(page.get_by_label("问题描述")).to_have_value("英林镇港塔村路灯不亮")
    expect(page.get_by_label("地点")).to_have_value("英林镇港塔村")

    page.get_by_label("手机或电话").fill(PHONE)
    page.locator("#photo").set_input_files(PHOTO)
    page.get_by_role("button", name="提交").click()
    number, secret = _slip(page)
    page.get_by_role("link", name="查看进度").click()
    page.get_by_label("查询号").fill(number)
    page.get_by_label("查询码").fill(secret)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#found .quote")).to_have_text("英林镇港塔村路灯不亮")
    expect(page.locator(".stages [aria-current=step]")).to_have_count(1)
    assert [one for one in citizen.witness.addresses if secret in one] == []


def test_a_wrong_secret_shows_nothing_and_says_what_to_compare(visitor: Visit) -> None:
    citizen = visitor()
    citizen.witness.provoked += ["404"]
    page = citizen.go("/track")
    page.get_by_label("查询号").fill("261125000010")
    page.get_by_label("查询码").fill("falsch")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#track-fault")).to_have_text("查询号或查询码不正确，请对照回执再填一次。")
    expect(page.locator("#found")).to_be_empty()
