"""The desk answers questions by keyboard: it opens a case, joins one, or answers only."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.seeds import Seed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def _ask(office: Office, seed: Seed) -> dict[str, Any]:
    """Send a report that the hub is not sure of."""
    report = office.settled(office.send(seed))
    assert report["outcome"] == "ask", report
    return report


def _open(page: Page, report: dict[str, Any]) -> None:
    """Go down the list by keyboard until this question lies open."""
    row = page.locator(f"#questions [data-id='{report['id']}']")
    below = page.locator(f"#questions .row[aria-selected=true] ~ [data-id='{report['id']}']")
    expect(page.locator("#questions .row[aria-selected=true]")).to_have_count(1)
    while below.count():
        page.keyboard.press("j")
    expect(row).to_have_attribute("aria-selected", "true")
    expect(page.locator("#ask-place [data-slot=text]")).to_have_text(report["text"])


def _outcome(office: Office, report: dict[str, Any]) -> tuple[str, str | None]:
    now = office.ask("shift_leader", f"/api/v1/reports/{report['id']}")
    return now["outcome"], now["case_number"]


def test_the_desk_opens_a_case_by_keyboard(office: Office, visitor: Visit) -> None:
    report = _ask(office, Seed("世纪大道上有路灯不亮，晚上黑漆漆的", "世纪大道"))
    page = visitor("operator").room("/desk")
    _open(page, report)
    page.keyboard.press("1")
    expect(page.locator("input[name=place]").first).to_be_checked()
    page.keyboard.press("o")
    expect(page.locator("#toast")).to_contain_text("已立案")
    outcome, number = _outcome(office, report)
    assert outcome == "open"
    expect(page.locator("#toast")).to_have_text(f"已立案 {number}")
    assert office.ask("operator", f"/api/v1/cases/{number}")["category"]["name"] == "路灯"


def test_the_desk_joins_a_report_to_the_case_it_chose(office: Office, visitor: Visit) -> None:
    number = office.case_of(Seed("金井镇福全村路口井盖不见了，很危险"))
    report = _ask(office, Seed("金井镇福全村那个井盖还没有，小孩差点掉下去"))
    page = visitor("operator").room("/desk")
    _open(page, report)
    page.keyboard.press("m")
    expect(page.locator("[data-fault]")).to_have_text("请先选一件相似案卷。")
    page.keyboard.press("s")
    expect(page.locator(f"input[name=similar][value='{number}']")).to_be_checked()
    page.keyboard.press("m")
    expect(page.locator("#toast")).to_have_text(f"已并入案卷 {number}")
    assert _outcome(office, report) == ("attach", number)
    assert office.ask("operator", f"/api/v1/cases/{number}")["report_count"] == 2


def test_the_desk_answers_only_with_a_note(office: Office, visitor: Visit) -> None:
    report = _ask(office, Seed("这里的东西好像坏了，你们看看吧"))
    page = visitor("operator").room("/desk")
    _open(page, report)
    page.keyboard.press("r")
    expect(page.locator("[data-fault]")).to_have_text("请在“说明”里写明怎样答复。")
    expect(page.locator("[data-note]")).to_be_focused()
    page.keyboard.type("已告知 24 小时有人值班")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator("#toast")).to_have_text("已记为答复")
    assert _outcome(office, report) == ("answer", None)
    expect(page.locator(f"#questions [data-id='{report['id']}']")).to_have_count(0)


def test_a_new_question_appears_at_the_open_desk_without_a_reload(office: Office, visitor: Visit) -> None:
    page = visitor("operator").room("/desk")
    page.evaluate("window.sameDocument = true")
    report = _ask(office, Seed("这里好像不太对劲"))
    expect(page.locator(f"#questions [data-id='{report['id']}']")).to_contain_text("这里好像不太对劲")
    assert page.evaluate("window.sameDocument") is True
