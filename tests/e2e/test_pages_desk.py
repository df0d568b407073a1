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


def test_the_words_behind_each_answer_are_marked_and_follow_the_reading_chosen(office: Office, visitor: Visit) -> None:
    report = _ask(office, Seed("😀后林往北五十米的路灯不亮，有垃圾，打13805950000"))
    page = visitor("operator").room("/desk")
    _open(page, report)
    words = page.locator("#ask-place [data-slot=text]")
    expect(page.locator("#ask-title")).to_have_text("请问是罗山街道后林社区往北50米还是安海镇后林村往北50米？")
    expect(words.locator("mark[data-role=community]")).to_have_text("后林")
    expect(words.locator("mark[data-role=community]")).to_have_attribute("title", "社区：后林社区、后林村")
    expect(words.locator("mark[data-role=relative]")).to_have_text("往北五十米")
    expect(page.locator("[data-legend] mark")).to_have_text(["地点", "方位", "类别"])
    readings = page.locator("input[name=reading]")
    (item,) = [
        one for one in office.ask("operator", "/api/v1/desk?limit=100")["items"] if one["report"]["id"] == report["id"]
    ]
    assert [[one["role"], report["text"][one["start"] : one["end"]]] for one in item["spans"]][:2] == [
        ["community", "后林"],
        ["relative", "往北五十米"],
    ]
    said = [[report["text"][one["start"] : one["end"]] for one in reading["spans"]] for reading in item["readings"]]
    assert said[0] != said[1]
    for chosen in (0, 1):
        expect(readings.nth(chosen)).to_be_checked()
        expect(words.locator("mark[data-role=category]")).to_have_text(said[chosen])
        page.keyboard.press("c")
    expect(words).to_have_text(report["text"])


def test_each_place_says_why_it_may_be_meant(office: Office, visitor: Visit) -> None:
    report = _ask(office, Seed("梧埭有人乱倒垃圾"))
    page = visitor("operator").room("/desk")
    _open(page, report)
    expect(page.locator("#ask-title")).to_have_text("请问是陈埭镇梧埭村还是安海镇梧埭村？")
    why = "“梧埭”：社区（村）简称；同名的地方有2处"
    expect(page.locator("[data-places] .why-line")).to_have_text([why, why])


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
