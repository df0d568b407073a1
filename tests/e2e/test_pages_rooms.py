"""Signing in leads everybody to a page they may see; who may not is told so; who must sign in comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from case_api.accounts.roles import ROLE_NAMES, Role
from tests.e2e.conftest import Visit
from tests.e2e.office import Office

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

_ROOMS = {Role.OPERATOR: "/desk", Role.SHIFT_LEADER: "/dispatch", Role.DISPATCHER: "/dispatch"}


def _sign_in(page: Page, office: Office, role: str) -> None:
    page.get_by_label("账号").fill(office.accounts[role]["user"])
    page.get_by_label("密码").fill(office.accounts[role]["password"])
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize("role", list(Role))
def test_signing_in_leads_each_role_to_a_page_it_may_see(office: Office, visitor: Visit, role: Role) -> None:
    page = visitor().go("/sign-in")
    _sign_in(page, office, role)
    page.wait_for_url(f"{office.url}{_ROOMS.get(role, '/rooms')}")
    if role not in _ROOMS:
        expect(page.get_by_role("heading", level=1)).to_have_text("我的工作台")
        expect(page.locator(".lead")).to_contain_text(f"“{ROLE_NAMES[role][0]}”")
        expect(page.locator(".notice")).to_contain_text("还没有")


def test_every_door_of_the_landing_page_opens(office: Office, visitor: Visit) -> None:
    for role in Role:
        someone = visitor(role)
        page = someone.go("/rooms")
        for path in page.locator(".door").evaluate_all("doors => doors.map(door => door.getAttribute('href'))"):
            assert page.request.get(path).status == 200, (role, path)


def test_signing_in_works_without_javascript(office: Office, visitor: Visit) -> None:
    page = visitor(java_script_enabled=False).go("/sign-in")
    _sign_in(page, office, "unit")
    page.wait_for_url(f"{office.url}/rooms")
    expect(page.get_by_text("责任单位的工作台")).to_be_visible()


def test_a_wrong_password_is_said_beside_the_form(office: Office, visitor: Visit) -> None:
    someone = visitor()
    someone.witness.provoked += ["401"]
    page = someone.go("/sign-in")
    page.get_by_label("账号").fill("dispatcher")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#sign-in-fault")).to_have_text("用户名或密码不对。")
    expect(page.get_by_label("账号")).to_have_value("dispatcher")


def test_a_role_without_permission_gets_a_clear_page_and_stays_signed_in(visitor: Visit) -> None:
    someone = visitor("unit")
    someone.witness.provoked += ["403"]
    page = someone.go("/dispatch")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有权限")
    expect(page.locator(".lead")).to_contain_text("当前账号没有权限")
    expect(page.locator(".who")).to_contain_text("责任单位")
    page.get_by_role("link", name="我能用的页面").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的工作台")


def test_without_a_session_a_room_asks_to_sign_in_and_comes_back_to_its_address(office: Office, visitor: Visit) -> None:
    someone = visitor()
    someone.witness.provoked += ["401"]
    page = someone.go("/dispatch?state=all&urgency=urgent")
    expect(page.get_by_role("heading", level=1)).to_have_text("请先登录")
    _sign_in(page, office, "dispatcher")
    page.locator("main[data-ready=yes]").wait_for()
    assert page.url == f"{office.url}/dispatch?state=all&urgency=urgent"
    expect(page.get_by_label("紧急程度")).to_have_value("urgent")


def test_a_session_that_ends_while_the_queue_is_open_leads_to_sign_in_and_back(office: Office, visitor: Visit) -> None:
    someone = visitor("dispatcher")
    someone.witness.provoked += ["401"]
    page = someone.room("/dispatch")
    page.context.clear_cookies()
    page.get_by_label("紧急程度").select_option("urgent")
    expect(page.get_by_role("heading", level=1)).to_have_text("请先登录")
    _sign_in(page, office, "dispatcher")
    page.locator("main[data-ready=yes]").wait_for()
    assert page.url == f"{office.url}/dispatch?urgency=urgent"


def test_signing_out_ends_the_session(office: Office, visitor: Visit) -> None:
    someone = visitor("operator")
    page = someone.room("/desk")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(f"{office.url}/sign-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("工作人员登录")
    someone.witness.provoked += ["401"]
    someone.go("/desk")
    expect(page.get_by_role("heading", level=1)).to_have_text("请先登录")
