"""Where a quota is used up: the page works for its entry, a program does, staff see it and may let somebody pass."""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from bench.hub_process import HubProcess
from intake.http import Challenge
from intake.limits.proof import solve
from tests.e2e.browser import DESKTOP, PHONE, Visitor, overflow_pixels, visit
from tests.e2e.office import Office
from tests.e2e.seeds import draw_photo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

SETTINGS = {
    "HUB_LIMITS_ENABLED": "true",
    "HUB_LIMITS_EXEMPT": "192.0.2.0/24",
    "HUB_LIMITS_REPORTS_PER_HOUR": "1",
    "HUB_LIMITS_FINAL_FACTOR": "9",
    "HUB_LIMITS_PROOF_BITS": "13",
    "HUB_LIMITS_PROOF_BITS_MOST": "13",
    "HUB_HTTP_TRUSTED_PROXIES": "127.0.0.1",
}
PHOTO = cast("FilePayload", {"name": "井盖.jpg", "mimeType": "image/jpeg", "buffer": draw_photo("manhole")})
NO_WORKERS = "delete window.Worker"


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A hub behind a proxy, where one report an hour is free."""
    opened = Office(HubProcess(tmp_path_factory.mktemp("limits") / "data", settings=SETTINGS))
    try:
        opened.open()
        yield opened
    finally:
        opened.hub.stop()


@pytest.fixture
def come(chromium: Browser, counted: Office) -> Iterator[Any]:
    """Makes visitors from an address; at the end none of their pages may have complained."""
    came: list[Visitor] = []

    def from_address(address: str, **options: Any) -> Visitor:
        one = visit(chromium, counted.url, extra_http_headers={"X-Forwarded-For": address}, **options)
        one.witness.provoked = ["429"]
        came.append(one)
        return one

    yield from_address
    for one in came:
        one.page.context.close()
    assert [trouble for one in came for trouble in one.witness.unexpected()] == []


def post(office: Office, address: str, text: str, **headers: str) -> tuple[int, Any]:
    """Status and answer of a report by a program."""
    sent = {"Content-Type": "application/json", "X-Forwarded-For": address, **headers}
    request = urllib.request.Request(f"{office.url}/api/v1/reports", json.dumps({"text": text}).encode(), sent)  # noqa: S310 - our own http
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own http
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def use_up(office: Office, address: str) -> None:
    """The free report of an address."""
    assert post(office, address, "垃圾没人清理")[0] == 201


def lines(office: Office, address: str) -> Mapping[str, int]:
    """What staff see of an address, by kind."""
    found = office.ask("admin", "/api/v1/limits")["items"]
    return {one["kind"]: one["count"] for one in found if one["who"] == address}


def fill(page: Page) -> None:
    page.get_by_label("问题描述").fill("路边的井盖不见了，很危险")
    page.get_by_label("地点").fill("青新社区门口")


def test_our_sha_256_is_everybody_elses(counted: Office, come: Any) -> None:
    page = come("203.0.113.1").go("/")
    script = """async (texts) => {
      const { sha256, hex } = await import("/static/js/sha256.js");
      return texts.map((text) => hex(sha256(new TextEncoder().encode(text))));
    }"""
    texts = ["", "abc", *("井" * n + "a" * m for n in (0, 20, 41) for m in range(50, 70)), "a" * 1_000_000]
    assert page.evaluate(script, texts) == [hashlib.sha256(text.encode()).hexdigest() for text in texts]


@pytest.mark.parametrize(("address", "init"), [("203.0.113.2", ""), ("203.0.113.3", NO_WORKERS)])
def test_a_page_works_for_its_entry_and_nothing_typed_is_lost(
    counted: Office, come: Any, address: str, init: str
) -> None:
    use_up(counted, address)
    citizen = come(address)
    citizen.page.add_init_script(init)
    page = citizen.go("/")
    page.evaluate("""() => {
      window.said = [];
      const words = document.querySelector("#progress span");
      new MutationObserver(() => window.said.push(words.textContent)).observe(words, { childList: true });
    }""")
    fill(page)
    page.locator("#photo").set_input_files(PHOTO)
    expect(page.locator("#photos li")).to_have_count(1)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到，谢谢您")
    said = page.evaluate("window.said")
    assert [words for words in ("请稍候，正在验证…… 0/8", "请稍候，正在验证…… 8/8") if words not in said] == []
    report = counted.ask("shift_leader", "/api/v1/reports?limit=1")["items"][0]
    assert (report["text"], report["place_words"], len(report["evidence"])) == (
        "路边的井盖不见了，很危险",
        "青新社区门口",
        1,
    )


def test_without_scripts_the_page_says_how_long_to_wait_and_keeps_the_form(counted: Office, come: Any) -> None:
    use_up(counted, "203.0.113.4")
    page = come("203.0.113.4", java_script_enabled=False).go("/")
    fill(page)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#form-fault")).to_contain_text("请 60 分钟后再试，或拨打 12319")
    expect(page.get_by_label("问题描述")).to_have_value("路边的井盖不见了，很危险")
    expect(page.get_by_label("地点")).to_have_value("青新社区门口")


def test_a_program_proves_its_work_once_and_staff_see_it(counted: Office) -> None:
    address = "203.0.113.5"
    use_up(counted, address)
    status, problem = post(counted, address, "路灯不亮")
    assert (status, problem["code"], problem["challenge"]["answers"]) == (429, "proof-wanted", 8)
    proof = solve(Challenge(**problem["challenge"]))
    assert post(counted, address, "路灯不亮", **{"Hub-Proof": proof})[0] == 201
    assert post(counted, address, "路灯不亮", **{"Hub-Proof": proof})[0] == 429
    deadline = time.monotonic() + 20
    expected = {"challenged": 2, "solved": 1, "wrong_proof": 1}
    while lines(counted, address) != expected and time.monotonic() < deadline:
        time.sleep(0.1)
    assert lines(counted, address) == expected


def test_staff_let_an_address_pass_for_an_hour(counted: Office, come: Any) -> None:
    address = "203.0.113.6"
    use_up(counted, address)
    assert post(counted, address, "占道经营")[0] == 429
    deadline = time.monotonic() + 20
    while "challenged" not in lines(counted, address) and time.monotonic() < deadline:
        time.sleep(0.1)
    leader = come("10.0.0.1")
    account = {name: counted.accounts["shift_leader"][name] for name in ("user", "password")}
    assert leader.page.request.post("/api/v1/session", data=account).ok
    page = leader.go("/admin/limits")
    told = ["本机（127.0.0.1、::1）发来的请求同样计数。", "没有设置扫描服务（scanner.url）：上传的照片都未经扫描。"]
    expect(page.locator(".guards li")).to_have_text(told)
    row = page.locator("tr", has_text=address)
    expect(row).to_contain_text("要求验证")
    row.get_by_role("button", name=f"放行 {address} 一小时").click()
    expect(page.locator("tr", has_text=address)).to_contain_text("放行至")
    while post(counted, address, "占道经营")[0] != 201:
        assert time.monotonic() < deadline + 20
        time.sleep(0.1)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert overflow_pixels(page) == 0


def test_nobody_else_sees_who_was_limited(counted: Office, come: Any) -> None:
    operator = come("10.0.0.2")
    operator.witness.provoked = ["403"]
    account = {name: counted.accounts["operator"][name] for name in ("user", "password")}
    assert operator.page.request.post("/api/v1/session", data=account).ok
    expect(operator.go("/admin/limits").get_by_role("heading", level=1)).to_have_text("没有权限")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        counted.ask("operator", "/api/v1/limits")
