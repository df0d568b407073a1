"""Accounts from the command line: listed, closed and opened again, given a fresh password, given a scoped token."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from case_api.accounts import Accounts
from hub.settings import Settings
from hub.wiring import Hub
from tests.e2e.outsider import Outsider

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]
Result = TypeVar("Result")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Outsider:
    """An installation with an administrator and a dispatcher; each test leaves both accounts open."""
    outsider = Outsider(tmp_path_factory.mktemp("people") / "data")
    for name, role in (("wang.fang", "admin"), ("li.ming", "dispatcher")):
        assert outsider.hub("user", "add", name, "--role", role, "--display-name", "李明").code == 0
    return outsider


def asked(outsider: Outsider, work: Callable[[Accounts], Awaitable[Result]]) -> Result:
    """What the accounts of this installation answer to another process."""

    async def ask() -> Result:
        hub = Hub(Settings(data=outsider.data))
        try:
            return await work(hub.accounts)
        finally:
            hub.close()

    return asyncio.run(ask())


def test_everybody_is_listed_by_name(people: Outsider) -> None:
    told = people.hub("user", "list", "--json")
    assert [(one["user"], one["role"], one["display_name"], one["disabled"]) for one in told.json] == [
        ("li.ming", "dispatcher", "李明", False),
        ("wang.fang", "admin", "李明", False),
    ]
    assert (told.code, told.err, told.json[0]["created_at"][-6:]) == (0, "", "+08:00")


def test_an_account_is_closed_and_opened_again(people: Outsider) -> None:
    password = people.hub("user", "password", "li.ming", "--json").json["password"]

    def opens() -> bool:
        return asked(people, lambda accounts: accounts.right_password("li.ming", password))

    before = opens()
    closed = people.hub("user", "disable", "li.ming", "--json").json
    between = opens()
    opened = people.hub("user", "enable", "li.ming", "--json").json
    assert (before, between, opens()) == (True, False, True)
    assert (closed["disabled"], opened["disabled"], opened["user"]) == (True, False, "li.ming")


def test_a_fresh_password_takes_the_place_of_the_old_one(people: Outsider) -> None:
    def opens(password: str) -> bool:
        return asked(people, lambda accounts: accounts.right_password("li.ming", password))

    first, second = (people.hub("user", "password", "li.ming", "--json").json["password"] for _ in range(2))
    assert (opens(first), opens(second)) == (False, True)


def test_a_token_may_do_what_it_was_issued_for_and_no_more(people: Outsider) -> None:
    words = ("user", "token", "wang.fang", "--label", "prometheus", "--permission", "metrics.read", "--days", "30")
    issued = people.hub(*words, "--json")
    principal = asked(people, lambda accounts: accounts.of_token(issued.json["token"]))
    assert principal is not None
    assert (principal.user, principal.via, principal.permissions) == ("wang.fang", "token", frozenset({"metrics.read"}))
    assert (issued.json["name"], issued.json["permissions"], issued.err) == ("prometheus", ["metrics.read"], "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("disable", "nobody"), (1, "not-found")),
        (("enable", "nobody"), (1, "not-found")),
        (("password", "nobody"), (1, "not-found")),
        (("token", "nobody", "--label", "x", "--permission", "metrics.read"), (1, "not-found")),
        (("token", "li.ming", "--label", "x", "--permission", "accounts.manage"), (1, "invalid")),
        (("token", "li.ming", "--label", "x"), (2, None)),
        (("token", "li.ming", "--label", "x", "--permission", "everything"), (2, None)),
        (("token", "li.ming", "--label", "x", "--permission", "cases.read", "--days", "400"), (2, None)),
    ],
)
def test_what_cannot_be_done_is_told(
    people: Outsider, arguments: tuple[str, ...], told: tuple[int, str | None]
) -> None:
    answer = people.hub("user", *arguments, "--json")
    assert (answer.code, answer.json["code"] if answer.out else None) == told
