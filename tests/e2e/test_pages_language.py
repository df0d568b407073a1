"""In English a page's own words are English; Chinese is left only in what the city and its people wrote."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.seeds import Seed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

# What the city or a person wrote: names of places and accounts, words of reports, sentences of the hub's
# reasons and questions, which are kept as they were told.
_DATA = """#language, #queue [data-slot=text], #queue [data-slot=address], #towns span,
#town-pick option, .who, #questions [data-slot=text], #questions [data-slot=question],
#case-title, [data-slot=address], [data-slot=condition], [data-slot=closing],
[data-slot=category_full], [data-reports] li > p, [data-why] dd, [data-slot=text],
[data-slot=place_words], [data-said], #ask-title, [data-places] .option span, [data-readings] .option span,
[data-similar] .option span, [data-reasons] li, [data-slot=unit_name], .leaflet-marker-pane, datalist, template,
script"""
_CHINESE_LEFT = """data => {
  const chinese = /[\\u3000-\\u303f\\u3400-\\u9fff\\uff00-\\uffef]/;
  const left = [document.title].filter(words => chinese.test(words));
  for (const node of document.querySelectorAll("body, body *")) {
    if (node.closest(data)) continue;
    const own = [...node.childNodes].filter(one => one.nodeType === Node.TEXT_NODE).map(one => one.data.trim());
    for (const name of ["placeholder", "aria-label", "title", "alt"]) own.push(node.getAttribute(name) ?? "");
    left.push(...own.filter(words => chinese.test(words)));
  }
  return left;
}"""


def _chinese_left(page: Page) -> list[str]:
    left: list[str] = page.evaluate(_CHINESE_LEFT, _DATA)
    return left


def test_form_and_its_faults_and_receipt_and_tracking_are_english(visitor: Visit) -> None:
    citizen = visitor()
    citizen.witness.provoked += ["422"]
    page = citizen.go("/?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("See a problem? Tell us")
    expect(page.locator("#language")).to_have_text("中文")
    page.locator("#map .leaflet-control-attribution").wait_for()
    assert _chinese_left(page) == []
    page.get_by_label("In your words").fill("磁灶镇洋尾村路灯不亮")
    page.get_by_label("Telephone").fill("1")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#fault-phone")).to_contain_text("This is no telephone number")
    page.get_by_label("Telephone").fill("")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Received, thank you")
    assert _chinese_left(page) == []
    page.get_by_role("link", name="Follow it").click()
    expect(page.locator("#found h2").first).to_have_text("a case is open, awaiting dispatch")
    assert _chinese_left(page) == []


def test_sign_in_landing_and_problem_pages_are_english(visitor: Visit) -> None:
    someone = visitor()
    someone.witness.provoked += ["401", "403", "404"]
    for path, heading in (("/sign-in", "Staff sign-in"), ("/desk", "Sign in first"), ("/nowhere", "Not found")):
        page = someone.go(f"{path}?lang=en")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert _chinese_left(page) == []
    unit = visitor("unit")
    unit.witness.provoked += ["403"]
    for path, heading in (("/rooms", "My rooms"), ("/dispatch", "Not permitted")):
        page = unit.go(f"{path}?lang=en")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert _chinese_left(page) == []


def test_the_queue_with_a_case_open_is_english(office: Office, visitor: Visit) -> None:
    number = office.case_of(Seed("东石镇金瓯村井盖不见了", phone="13700001111", photo="manhole"))
    page = visitor("dispatcher").room(f"/dispatch?case={number}&lang=en")
    expect(page.locator("#live")).to_have_text("Live")
    expect(page.locator("[data-history] li")).to_have_count(1)
    titles = ["Why this unit", "Why this deadline", "Why this category", "It may also be"]
    assert page.locator("[data-why] dt").all_inner_texts()[:4] == titles
    assert _chinese_left(page) == []


def test_the_desk_is_english(visitor: Visit) -> None:
    page = visitor("operator").room("/desk?lang=en")
    expect(page.locator("#ask-place [data-decide=open]")).to_contain_text("Open a case")
    page.locator("#ask-place .leaflet-control-attribution").wait_for()
    page.locator(".whybox summary").click()
    assert _chinese_left(page) == []


def test_the_language_link_turns_the_page_and_is_remembered(visitor: Visit) -> None:
    page = visitor().go("/track")
    page.locator("#language").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Follow your report")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("See a problem? Tell us")
    page.locator("#language").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("看到问题，告诉我们")
