"""No page shows a citizen's number in clear, and what a citizen wrote is text on every page, whatever it contains."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from intake.model.contact import mask_phone
from tests.e2e.browser import Visitor
from tests.e2e.conftest import Visit
from tests.e2e.office import Office, Receipt
from tests.e2e.seeds import SEEDS, Seed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

PHONE = "13712349876"
PLACE = "深沪镇浔光村"
MARKUP = '<img src=x onerror="window.ran=1"><script>window.ran=2</script></script><b>&amp;</b>'
NUMBERS = sorted({PHONE, *(seed.phone for seed in SEEDS if seed.phone)})


def _follow(citizen: Visitor, receipt: Receipt) -> Page:
    page = citizen.go("/track")
    page.get_by_label("查询号").fill(receipt.number)
    page.get_by_label("查询码").fill(receipt.secret)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#found .quote")).to_be_visible()
    return page


def _in_clear(visitor: Visitor) -> list[str]:
    """The numbers that stand in the open page or in anything that was answered to it."""
    everything = visitor.page.content() + visitor.witness.told()
    return [number for number in NUMBERS if number in everything]


def test_no_number_stands_in_clear_in_queue_case_or_tracking(office: Office, visitor: Visit) -> None:
    seed = Seed(f"{PLACE}路灯不亮", phone=PHONE, photo="lamp")
    receipt = office.send(seed)
    number = office.settled(receipt)["case_number"]
    dispatcher = visitor("dispatcher")
    page = dispatcher.room(f"/dispatch?case={number}")
    expect(page.locator("[data-reports]")).to_contain_text(mask_phone(PHONE))
    expect(page.locator("[data-history] li")).to_have_count(1)
    assert _in_clear(dispatcher) == []
    assert mask_phone(PHONE) in dispatcher.witness.told()

    citizen = visitor()
    _follow(citizen, receipt)
    assert _in_clear(citizen) == []


def test_no_number_stands_in_clear_at_the_desk(office: Office, visitor: Visit) -> None:
    report = office.settled(office.send(Seed("有人在吗，这里坏了", phone=PHONE)))
    operator = visitor("operator")
    page = operator.room("/desk")
    page.locator(f"#questions [data-id='{report['id']}']").click()
    expect(page.locator("#ask-place [data-slot=told]")).to_contain_text(mask_phone(PHONE))
    assert _in_clear(operator) == []
    assert mask_phone(PHONE) in operator.witness.told()


def test_a_confidential_reporter_stays_unknown_even_to_staff(office: Office, visitor: Visit) -> None:
    number = office.case_of(Seed(f"{PLACE}雨水井盖松动，哐当响", phone=PHONE, confidential=True))
    dispatcher = visitor("dispatcher")
    page = dispatcher.room(f"/dispatch?case={number}")
    expect(page.locator("[data-reports] .meta")).to_contain_text("保密")
    assert mask_phone(PHONE) not in page.content()
    assert _in_clear(dispatcher) == []


def test_markup_in_a_report_is_text_in_queue_case_and_tracking(office: Office, visitor: Visit) -> None:
    text = f"{PLACE}自来水管破裂 {MARKUP}"
    receipt = office.send(Seed(text))
    number = office.settled(receipt)["case_number"]
    assert number is not None
    page = visitor("dispatcher").room(f"/dispatch?case={number}")
    for shown in (f"#row-{number} [data-slot=text]", "#case-title", "[data-reports] li > p:first-child"):
        expect(page.locator(shown)).to_have_text(text)
    assert page.evaluate("window.ran ?? null") is None

    plain = visitor("dispatcher", java_script_enabled=False).go("/dispatch")
    expect(plain.locator(f".row[data-number='{number}'] [data-slot=text]")).to_have_text(text)

    page = _follow(visitor(), receipt)
    expect(page.locator("#found .quote")).to_have_text(text)
    assert page.evaluate("window.ran ?? null") is None


def test_markup_in_a_report_is_text_at_the_desk(office: Office, visitor: Visit) -> None:
    text = f"不知道在哪里 {MARKUP}"
    report = office.settled(office.send(Seed(text, place="<i>哪里</i>")))
    assert report["outcome"] == "ask"
    page = visitor("operator").room("/desk")
    page.locator(f"#questions [data-id='{report['id']}']").click()
    expect(page.locator("#ask-place [data-slot=text]")).to_have_text(text)
    expect(page.locator("#ask-place [data-slot=place_words]")).to_have_text("所说地点：<i>哪里</i>")
    assert page.evaluate("window.ran ?? null") is None
