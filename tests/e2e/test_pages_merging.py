"""Two cases that are one problem become one at the queue, and come apart again; a burst of reports shows itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import DESKTOP, PHONE, overflow_pixels
from tests.e2e.conftest import Keep, Visit
from tests.e2e.office import Office
from tests.e2e.seeds import Seed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def _reports(office: Office, number: str) -> list[str]:
    return list(office.ask("dispatcher", f"/api/v1/cases/{number}")["report_ids"])


def _open(page: Page, number: str) -> None:
    page.goto(page.url.split("?")[0] + f"?state=all&case={number}")
    expect(page.locator(".case [data-slot=number]")).to_have_text(number)


def test_a_dispatcher_merges_two_cases_by_keyboard_and_undoes_it(office: Office, visitor: Visit, keep: Keep) -> None:
    first = office.case_of(Seed("英林镇三欧村12号门口路灯不亮"))
    second = office.case_of(Seed("英林镇三欧村北边的井盖丢了一个"))
    report = _reports(office, second)
    page = visitor("dispatcher", size=DESKTOP).room("/dispatch")
    _open(page, second)
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"把 {second} 并入哪一件？")
    expect(dialog.locator(f"input[value='{first}']")).to_have_count(1)
    keep(page, "merge-desktop")
    dialog.get_by_label("或输入案卷号").fill(first)
    dialog.get_by_role("button", name="并入").click()
    expect(page.locator("#toast")).to_have_text(f"{second} 已并入 {first}")
    expect(page.locator(".case [data-slot=number]")).to_have_text(first)
    expect(page.locator("[data-taken] button")).to_have_text([second])
    expect(page.locator("[data-reports] li")).to_have_count(2)
    expect(page.locator(f"#row-{second}:not(.leaving)")).to_have_count(0)
    page.locator("[data-taken] button").click()
    expect(page.locator("[data-merged]")).to_contain_text(f"这件案卷已并入 {first}")
    page.get_by_role("button", name="撤销并案").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销并案").click()
    expect(page.locator("#toast")).to_have_text(f"{second} 已恢复为单独案卷")
    expect(page.locator("[data-merged]")).to_be_hidden()
    assert _reports(office, second) == report


def test_a_report_of_another_problem_leaves_the_case(office: Office, visitor: Visit) -> None:
    number = office.case_of(Seed("英林镇港塔村井盖不见了，很危险"))
    joined = office.settled(office.send(Seed("英林镇港塔村井盖不见了，很危险")))
    assert (joined["outcome"], joined["case_number"]) == ("attach", number)
    page = visitor("dispatcher").room("/dispatch")
    _open(page, number)
    page.locator("[data-reports] li").nth(1).get_by_role("button", name="不是同一问题，移出").click()
    page.get_by_role("dialog").get_by_role("button", name="移出，另立案卷").click()
    expect(page.locator("#toast")).to_contain_text("已另立案卷")
    opened = office.ask("shift_leader", f"/api/v1/reports/{joined['id']}")["case_number"]
    assert _reports(office, number) != _reports(office, opened) == [joined["id"]]


@pytest.mark.parametrize(("width", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_a_burst_of_reports_shows_itself_at_desk_and_queue(
    office: Office, visitor: Visit, keep: Keep, width: str, size: tuple[int, int]
) -> None:
    place = {"desktop": "东石镇潘径村", "phone": "东石镇白沙村"}[width]
    number = office.case_of(Seed(f"{place}12号门口自来水管破裂，水漫到路上"))
    for _ in range(10):
        office.settled(office.send(Seed(f"{place}12号门口自来水管破裂，水漫到路上")))
    for role, room in (("operator", "/desk"), ("dispatcher", "/dispatch")):
        page = visitor(role, size=size).room(room)
        expect(_alarm(page, place)).to_contain_text("集中反映", timeout=30_000)
        assert overflow_pixels(page) == 0
        keep(page, f"hot-spot-{room.strip('/')}-{width}")
    page = visitor("dispatcher", size=size).room("/dispatch")
    _alarm(page, place).get_by_role("button", name="看案卷").click()
    expect(page.locator(".case [data-slot=number]")).to_have_text(number)


def _alarm(page: Page, place: str) -> Locator:
    return page.locator(".hot-spot", has_text=place.removeprefix("东石镇"))


def test_merging_is_told_in_english_too(office: Office, visitor: Visit, keep: Keep) -> None:
    number = office.case_of(Seed("英林镇湖尾村路灯不亮，晚上很黑"))
    page = visitor("dispatcher", size=PHONE).room("/dispatch?lang=en")
    _open(page, number)
    page.get_by_role("button", name="The same as another case: merge").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"Merge {number} into which case?")
    assert overflow_pixels(page) == 0
    keep(page, "merge-phone-en")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
