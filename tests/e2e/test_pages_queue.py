"""The dispatcher works the queue by keyboard, sees reasons, hears of changes, and is never overtaken unawares."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.seeds import Seed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def _row(page: Page, number: str) -> Locator:
    return page.locator(f"#row-{number}")


def _why(page: Page) -> dict[str, list[str]]:
    """The reasons of the open case: each question with its answers."""
    expect(page.locator("[data-why-box]")).to_be_visible()
    told: dict[str, list[str]] = page.locator("[data-why]").evaluate(
        """list => {
             const told = {};
             let lines = [];
             for (const { tagName, textContent } of list.children)
               tagName === "DT" ? (told[textContent] = lines = []) : lines.push(textContent);
             return told;
           }"""
    )
    return told


def test_the_queue_is_worked_by_keyboard_from_first_key_to_dispatch(office: Office, visitor: Visit) -> None:
    number = office.case_of(Seed("灵源街道大山后社区路灯不亮了"))
    unit = office.ask("dispatcher", f"/api/v1/cases/{number}")["unit"]["name"]
    page = visitor("dispatcher").room("/dispatch")
    keys = page.keyboard
    keys.press("/")
    expect(page.get_by_placeholder("内容、地址、案卷号")).to_be_focused()
    keys.type(number)
    expect(page.locator("#queue .row:not(.leaving)")).to_have_count(1)
    keys.press("Escape")
    expect(page.get_by_role("listbox")).to_be_focused()
    keys.press("j")
    expect(_row(page, number)).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(page.locator("#case-title")).to_have_text("灵源街道大山后社区路灯不亮了")
    keys.press("u")
    expect(page.get_by_label("责任单位")).to_be_focused()
    keys.press("Escape")
    keys.press("u")
    expect(page.locator("[data-other]")).to_be_hidden()
    keys.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    keys.press("d")
    expect(page.locator("#toast")).to_have_text(f"{number} 已派遣至{unit}")
    expect(_row(page, number)).to_have_count(0)
    case = office.ask("dispatcher", f"/api/v1/cases/{number}")
    assert (case["state"], case["unit"]["name"]) == ("dispatched", unit)


def test_escape_closes_the_case_and_the_address_remembers_what_was_open(office: Office, visitor: Visit) -> None:
    number = office.case_of(Seed("安海镇前蔡村路灯不亮了"))
    page = visitor("dispatcher").room("/dispatch")
    _row(page, number).click()
    expect(page.locator("#case-place [data-slot=number]")).to_have_text(number)
    assert page.url == f"{office.url}/dispatch?case={number}"
    page.reload()
    expect(page.locator("#case-place [data-slot=number]")).to_have_text(number)
    page.keyboard.press("Escape")
    expect(page.locator("#case-place")).to_be_empty()
    expect(page.locator("#overview")).to_be_visible()
    assert page.url == f"{office.url}/dispatch"


def test_a_case_says_why_its_unit_deadline_and_category_and_what_else_it_may_be(office: Office, visitor: Visit) -> None:
    number = office.case_of(Seed("内坑镇黎山村的井盖不见了"))
    case = office.ask("dispatcher", f"/api/v1/cases/{number}")
    page = visitor("dispatcher").room(f"/dispatch?case={number}")
    why = _why(page)
    assert why["为什么是这个单位"] == case["reasons"]["unit"]
    assert why["为什么是这个期限"] == case["reasons"]["due"]
    assert why["为什么是这个类别"] == case["reasons"]["category"]
    others = [f"{one['category']['name']} {_share(one['confidence'])}" for one in case["alternatives"]]
    assert why["也可能是"] == others
    assert {"污水井盖", "雨水井盖"} <= {words.split()[0] for words in others}


def test_filters_narrow_the_queue_and_stand_in_the_address(office: Office, visitor: Visit) -> None:
    office.case_of(Seed("龙湖镇枫林村自来水管破裂，水喷得很高"))
    page = visitor("dispatcher").room("/dispatch")
    rows = page.locator("#queue .row:not(.leaving)")
    everything = rows.count()
    page.get_by_label("紧急程度").select_option("emergency")
    burst = office.ask("dispatcher", "/api/v1/cases?state=filed&urgency=emergency")["items"]
    expect(rows).to_have_count(len(burst))
    assert 0 < len(burst) < everything
    assert page.url == f"{office.url}/dispatch?urgency=emergency"
    page.get_by_label("紧急程度").select_option("")
    page.locator("#towns button", has_text="英林镇").click()
    expect(page.locator("#towns button[aria-pressed=true]")).to_contain_text("英林镇")
    expect(rows.filter(has_text="英林镇")).to_have_count(rows.count())
    page.get_by_placeholder("内容、地址、案卷号").fill("这样的字没有人写过")
    expect(page.get_by_text("这里没有案卷。")).to_be_visible()


def test_a_new_report_appears_in_the_open_queue_without_a_reload(office: Office, visitor: Visit) -> None:
    page = visitor("dispatcher").room("/dispatch")
    expect(page.locator("#live")).to_have_text("实时")
    page.evaluate("window.sameDocument = true")
    number = office.case_of(Seed("磁灶镇大埔村自来水管破裂，水喷得很高"))
    expect(_row(page, number)).to_contain_text("自来水管破裂")
    assert page.evaluate("window.sameDocument") is True


def test_a_case_changed_by_somebody_else_is_refused_and_shown_anew(office: Office, visitor: Visit) -> None:
    number = office.case_of(Seed("永和镇英墩村污水井盖破损"))
    dispatcher = visitor("dispatcher")
    dispatcher.witness.provoked += ["412"]
    page = dispatcher.room(f"/dispatch?state=all&case={number}")
    expect(page.locator("#case-place .chip", has_text="待派遣")).to_be_visible()

    def overtake(route: Route) -> None:
        office.dispatch(number, "shift_leader")
        route.continue_()

    page.route(f"**/api/v1/cases/{number}/dispatch", overtake)
    page.keyboard.press("d")
    expect(page.locator("#toast")).to_have_text("您读取之后已有人改动，请重新读取后再决定。")
    changed = page.locator("[data-changed]")
    expect(changed).to_contain_text("这件案卷刚被改动")
    expect(changed).to_contain_text("状态：待派遣 → 处理中")
    expect(page.locator("[data-do]")).to_be_hidden()
    kinds = [event["kind"] for event in office.ask("dispatcher", f"/api/v1/cases/{number}/history")["items"]]
    assert kinds == ["opened", "dispatched"]


def _share(confidence: float) -> str:
    """As a page writes it: a little is not nothing, and nearly is not all."""
    if 0 < confidence < 0.01:
        return "<1%"
    return ">99%" if 0.99 < confidence < 1 else f"{math.floor(confidence * 100 + 0.5)}%"
