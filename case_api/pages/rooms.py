"""Where a role works: its room, or the page that says what there is for it so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from case_api.accounts.roles import ROLE_NAMES, Role
from intake.http import SIGNED_IN, Call, Principal, Route, render

LANDING = "/rooms"


@dataclass(frozen=True, slots=True)
class Door:
    """A page that a signed-in person may open. `needs` is a permission, or "" when everybody may."""

    path: str
    icon: str
    needs: str
    name: tuple[str, str]
    purpose: tuple[str, str]


DOORS: tuple[Door, ...] = (
    Door(
        "/desk",
        "headset",
        "desk.read",
        ("坐席工作台", "The desk"),
        (
            "回答系统拿不准的诉求：地点、类别、是否重复。",
            "Answer what the hub is not sure of: place, category, duplicates.",
        ),
    ),
    Door(
        "/dispatch",
        "send",
        "cases.dispatch",
        ("派遣工作台", "Dispatch"),
        ("核对案卷，派遣给责任单位。", "Check cases and send them to their units."),
    ),
    Door(
        "/dispatch?state=all",
        "list",
        "cases.read",
        ("全部案卷", "All cases"),
        ("按镇街、类别、期限查看未结案卷。", "Open cases by town, category and deadline."),
    ),
    Door(
        "/",
        "pen",
        "",
        ("上报问题", "Report a problem"),
        ("巡查或途中看到的问题，可像市民一样上报。", "What you see on your way can be reported as citizens do."),
    ),
    Door(
        "/track",
        "search",
        "",
        ("查询进度", "Follow a report"),
        ("凭查询号和查询码查看一件诉求的进度。", "With its number and secret, see how far a report has come."),
    ),
    Door(
        "/admin/limits",
        "lock",
        "limits.read",
        ("限流与拦截", "Limits and abuse"),
        (
            "谁在公开入口被要求验证、被拒绝，哪些照片没有扫描。",
            "Who was checked or refused at the public doors, and which photos were not scanned.",
        ),
    ),
    Door(
        "/docs",
        "info",
        "",
        ("接口说明", "The interface"),
        ("凭访问令牌，程序也能做以上的事。", "With an access token, programs can do the same."),
    ),
)

# What a role's own room will hold and does not hold yet, in the words of the people who wait for it.
MISSING: Mapping[str, tuple[str, str]] = {
    Role.INSPECTOR: (
        "采集员的移动页面（核实、核查、立案上报）还没有。",
        "Your mobile pages (verifying, checking, filing) are not there yet.",
    ),
    Role.UNIT: (
        "责任单位的工作台（接收、反馈、回退、延期）还没有，派遣给贵单位的案卷目前由中心另行通知。",
        "Your unit's room (accepting, reporting back, returning) is not there yet; the centre tells you of your cases.",
    ),
    Role.CAMERA: (
        "视频巡查页面还没有，画面中发现的问题请先用上报表单提交。",
        "The camera pages are not there yet: report what you see with the form.",
    ),
    Role.EVALUATOR: (
        "评价报表还没有，目前可以查看未结案卷和它们的经过。",
        "Evaluation is not there yet; open cases and their history can be read.",
    ),
    Role.MANAGER: (
        "统计和大屏还没有，目前可以查看未结案卷和它们的经过。",
        "Figures and the wall are not there yet; open cases and their history can be read.",
    ),
    Role.ADMIN: (
        "账号管理页面还没有，请用命令 hub user 或接口 /api/v1/users。",
        "There are no pages for accounts yet: use the command hub user or the interface /api/v1/users.",
    ),
}


def room_of(principal: Principal) -> str:
    """Where somebody goes after signing in: always a page that they may see."""
    if principal.role == Role.OPERATOR and "desk.read" in principal.permissions:
        return "/desk"
    return "/dispatch" if "cases.dispatch" in principal.permissions else LANDING


def role_name(role: str) -> tuple[str, str]:
    """What a role is called, zh and en; a role that is not known goes by its own name."""
    return ROLE_NAMES[Role(role)] if role in set(Role) else (role, role)


def doors_of(principal: Principal) -> tuple[Door, ...]:
    """The doors that are open to somebody."""
    return tuple(door for door in DOORS if not door.needs or door.needs in principal.permissions)


async def _page(call: Call) -> web.StreamResponse:
    who = call.user()
    missing = MISSING.get(who.role, ("", ""))
    return render(call, "rooms.html", doors=doors_of(who), role=role_name(who.role), missing=missing)


def routes() -> tuple[Route, ...]:
    """`/rooms`."""
    return (Route("GET", LANDING, _page, SIGNED_IN, "我的工作台 / what there is for me", page=True),)
