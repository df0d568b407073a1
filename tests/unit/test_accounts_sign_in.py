"""Accounts, sessions and tokens over HTTP and on a database file."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine, create_engine
from sqlmodel import SQLModel

from case_api.accounts import Accounts, Role, routes, write_demo_accounts
from case_api.accounts.cache import PrincipalCache
from case_api.accounts.passwords import Passwords
from case_api.accounts.tables import ACCOUNT, SESSION, TOKEN
from case_api.accounts.throttle import Throttle, ThrottleLimits
from intake.errors import Invalid, Unauthenticated
from intake.http import CHINA, Principal, Proxies, TooManyRequests, mount

Result = TypeVar("Result")


class FileDatabase:
    """The two methods that accounts need, on a SQLite file."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def read(self, work: Callable[[Connection], Result], /) -> Result:
        return await asyncio.to_thread(self._run, work)

    async def write(self, work: Callable[[Connection], Result], /) -> Result:
        return await asyncio.to_thread(self._run, work)

    def _run(self, work: Callable[[Connection], Result]) -> Result:
        with self.engine.begin() as connection:
            return work(connection)


class HeldClock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 8, 30, tzinfo=CHINA)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **parts: float) -> None:
        self.moment += timedelta(**parts)


def quick() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def store(tmp_path: Path, clock: HeldClock) -> Iterator[Accounts]:
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    SQLModel.metadata.create_all(engine, tables=[ACCOUNT, SESSION, TOKEN])
    yield Accounts(FileDatabase(engine), clock, passwords=quick())
    engine.dispose()


@pytest.fixture
async def accounts(store: Accounts) -> Accounts:
    await store.add_user("li", "dispatch-2026", "dispatcher", "李")
    await store.add_user("root", "administer-2026", "admin", "王")
    return store


@pytest.fixture
async def client(accounts: Accounts) -> AsyncIterator[ClientSession]:
    app = web.Application()
    mount(app, routes(accounts), accounts)
    async with (
        TestServer(app) as server,
        ClientSession(server.make_url("/"), cookie_jar=CookieJar(unsafe=True)) as session,
    ):
        yield session


async def sign_in(client: ClientSession, user: str, password: str) -> tuple[int, dict[str, object]]:
    async with client.post("/api/v1/session", json={"user": user, "password": password}) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_a_sign_in_gives_a_guarded_cookie_and_says_who_one_is(client: ClientSession) -> None:
    async with client.post("/api/v1/session", json={"user": "li", "password": "dispatch-2026"}) as answer:
        cookie, session = answer.cookies["hub_session"], await answer.json()
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["path"]) == (True, "Lax", "", "/")
    assert (session["user"], session["role"]) == ("li", "dispatcher")
    async with client.get("/api/v1/session") as answer:
        assert await answer.json() == session


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client: ClientSession) -> None:
    wrong = await sign_in(client, "li", "dispatch-2025")
    unknown = await sign_in(client, "nobody", "dispatch-2026")
    assert (wrong[0], wrong[1]["detail"]) == (401, "用户名或密码不对。")
    assert (unknown[0], unknown[1]["detail"]) == (401, "用户名或密码不对。")


async def test_signing_out_needs_the_csrf_token_and_ends_the_session(client: ClientSession) -> None:
    _, session = await sign_in(client, "li", "dispatch-2026")
    async with client.delete("/api/v1/session") as answer:
        assert answer.status == 403
    stolen = next(cookie.value for cookie in client.cookie_jar)
    async with client.delete("/api/v1/session", headers={"X-CSRF-Token": str(session["csrf"])}) as answer:
        assert answer.status == 204
    async with client.get("/api/v1/session", cookies={"hub_session": stolen}) as answer:
        assert answer.status == 401


async def test_a_session_ends_when_idle_and_after_twelve_hours_of_use(accounts: Accounts, clock: HeldClock) -> None:
    secret = (await accounts.sign_in("li", "dispatch-2026", "127.0.0.1")).secret
    for _ in range(28):
        clock.forward(minutes=25)
        found = await accounts._of_session(secret)
        assert found is not None
    clock.forward(minutes=25)
    assert await accounts._of_session(secret) is None
    idle = (await accounts.sign_in("li", "dispatch-2026", "127.0.0.1")).secret
    clock.forward(minutes=31)
    assert await accounts._of_session(idle) is None


async def test_guessing_is_slowed_down_and_the_wait_is_told(client: ClientSession) -> None:
    answers = [await sign_in(client, "li", f"guess-number-{n}") for n in range(6)]
    assert [status for status, _ in answers] == [401, 401, 401, 401, 401, 429]
    async with client.post("/api/v1/session", json={"user": "li", "password": "dispatch-2026"}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "901")
    assert (await sign_in(client, "root", "administer-2026"))[0] == 200


async def test_behind_a_proxy_senders_are_told_apart_and_the_cookie_is_secure(accounts: Accounts) -> None:
    app = web.Application()
    mount(app, routes(accounts), accounts, proxies=Proxies.of("127.0.0.1"))

    async def attempt(client: ClientSession, address: str, password: str) -> tuple[int, str]:
        headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
        async with client.post("/api/v1/session", json={"user": "li", "password": password}, headers=headers) as answer:
            return answer.status, answer.headers.get("Set-Cookie", "")

    async with TestServer(app) as server, ClientSession(server.make_url("/")) as client:
        statuses = [(await attempt(client, "203.0.113.9", f"guess-number-{n}"))[0] for n in range(6)]
        status, cookie = await attempt(client, "203.0.113.10", "dispatch-2026")
    assert (statuses, status) == ([401] * 5 + [429], 200)
    assert {part.strip() for part in cookie.split(";")} >= {"HttpOnly", "SameSite=Lax", "Secure"}


def test_the_throttle_forgets_the_oldest_when_it_remembers_too_much() -> None:
    throttle = Throttle(ThrottleLimits(pair=1, address=1000, account=1000, remembered=30))
    for number in range(1000):
        throttle.failed(f"u{number}", f"a{number}", 0.0)
    assert len(throttle._failures) == 30
    with pytest.raises(TooManyRequests):
        throttle.check("u999", "a999", 1.0)
    throttle.check("u999", "a999", 901.0)


async def test_a_token_may_only_what_it_was_given_and_only_until_it_is_revoked(accounts: Accounts) -> None:
    issued = await accounts.issue_token("li", "screen", ["cases.read"], days=1)
    found = await accounts.of_token(issued.token)
    assert found is not None
    assert (found.user, found.permissions, found.via) == ("li", frozenset({"cases.read"}), "token")
    await accounts.revoke_token(issued.id)
    assert await accounts.of_token(issued.token) is None


async def test_a_token_expires_and_never_exceeds_its_owner(accounts: Accounts, clock: HeldClock) -> None:
    with pytest.raises(Invalid):
        await accounts.issue_token("li", "too much", ["accounts.manage"])
    issued = await accounts.issue_token("li", "all", days=1)
    await accounts.set_role("li", "camera")
    found = await accounts.of_token(issued.token)
    assert found is not None
    assert found.permissions == frozenset({"reports.submit", "units.read"})
    clock.forward(days=1, seconds=1)
    assert await accounts.of_token(issued.token) is None


async def test_closing_an_account_closes_its_sessions_and_tokens(accounts: Accounts) -> None:
    token = (await accounts.issue_token("li", "all")).token
    secret = (await accounts.sign_in("li", "dispatch-2026", "-")).secret
    assert [await accounts.of_token(token) is None, await accounts._of_session(secret) is None] == [False, False]
    await accounts.disable("li")
    assert [await accounts.of_token(token), await accounts._of_session(secret)] == [None, None]
    with pytest.raises(Unauthenticated):
        await accounts.sign_in("li", "dispatch-2026", "-")


async def test_an_administrator_manages_accounts_and_tokens_over_http(client: ClientSession) -> None:
    _, session = await sign_in(client, "root", "administer-2026")
    csrf = {"X-CSRF-Token": str(session["csrf"])}
    new = {"user": "zhao", "password": "operate-2026", "role": "operator", "display_name": "赵"}
    async with client.post("/api/v1/users", json=new, headers=csrf) as answer:
        made = await answer.json()
        assert (answer.status, made["created_at"]) == (201, "2026-11-24T08:30:00+08:00")
    async with client.post("/api/v1/users", json=new, headers=csrf) as answer:
        assert answer.status == 409
    async with client.get("/api/v1/users") as answer:
        assert [user["user"] for user in (await answer.json())["items"]] == ["li", "root", "zhao"]
    async with client.post("/api/v1/users/zhao/disable", headers=csrf) as answer:
        assert (answer.status, (await answer.json())["disabled"]) == (200, True)
    async with client.post("/api/v1/users/root/disable", headers=csrf) as answer:
        assert answer.status == 409
    async with client.post("/api/v1/users/nobody/disable", headers=csrf) as answer:
        assert answer.status == 404
    wanted = {"name": "metrics", "permissions": ["metrics.read"], "days": 7}
    async with client.post("/api/v1/tokens", json=wanted, headers=csrf) as answer:
        issued = await answer.json()
        assert (answer.status, issued["permissions"]) == (201, ["metrics.read"])
    bearer = {"Authorization": f"Bearer {issued['token']}"}
    async with client.get("/api/v1/users", headers=bearer) as answer:
        assert answer.status == 403
    async with client.get("/api/v1/tokens") as answer:
        listed = (await answer.json())["items"]
        assert [(item["id"], "token" in item) for item in listed] == [(issued["id"], False)]
    async with client.delete(f"/api/v1/tokens/{issued['id']}", headers=csrf) as answer:
        assert answer.status == 204
    async with client.get("/api/v1/session", headers=bearer) as answer:
        assert answer.status == 401


async def test_a_dispatcher_manages_nobody(client: ClientSession) -> None:
    await sign_in(client, "li", "dispatch-2026")
    for path in ("/api/v1/users", "/api/v1/tokens"):
        async with client.get(path) as answer:
            assert answer.status == 403


async def test_the_database_holds_no_secret_in_clear(accounts: Accounts, tmp_path: Path) -> None:
    secret = (await accounts.sign_in("li", "dispatch-2026", "-")).secret
    token = (await accounts.issue_token("li", "all")).token
    with sqlite3.connect(tmp_path / "a.db") as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert "argon2id" in dump
    assert [word in dump for word in ("dispatch-2026", secret, token)] == [False, False, False]


async def test_short_passwords_bad_names_and_unknown_roles_are_refused(accounts: Accounts) -> None:
    with pytest.raises(Invalid):
        await accounts.add_user("zhao", "short", "operator")
    with pytest.raises(Invalid) as caught:
        await accounts.add_user("Zhao Wei", "long-enough-2026", "emperor")
    assert [fault.pointer for fault in caught.value.faults] == ["/user", "/role"]


async def test_a_flood_of_sign_ins_is_refused_rather_than_queued(accounts: Accounts) -> None:
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), at_once=1, waiting=3)
    answers = await asyncio.gather(*(passwords.verify("x", None) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(answer, TooManyRequests) for answer in answers) == 7
    assert await passwords.verify("x", None) is False


async def test_demo_accounts_are_made_once_and_mended_only_where_broken(store: Accounts, tmp_path: Path) -> None:
    path = tmp_path / "var" / "demo-accounts.json"
    await write_demo_accounts(store, path)
    first = json.loads(path.read_text(encoding="utf-8"))
    assert list(first) == [str(role) for role in Role]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {tuple(entry) for entry in first.values()} == {("user", "password", "token")}
    for role, entry in first.items():
        principal = await store.of_token(entry["token"])
        assert principal is not None
        assert principal.role == role
    await write_demo_accounts(store, path)
    assert json.loads(path.read_text(encoding="utf-8")) == first
    await store.set_password("unit", "changed-since-2026")
    await write_demo_accounts(store, path)
    second = json.loads(path.read_text(encoding="utf-8"))
    assert [role for role in first if first[role] != second[role]] == ["unit"]
    assert (await store.sign_in("unit", second["unit"]["password"], "-")).principal.role == "unit"


def test_the_cache_keeps_its_bounds_and_its_time() -> None:
    cache = PrincipalCache(keep_seconds=5.0, size=2)
    for name in ("a", "b", "c"):
        cache.put(name, Principal(name, name, "unit", frozenset(), None, "token"), 0.0)
    assert [cache.get(name, 4.9) is None for name in ("a", "b", "c")] == [True, False, False]
    assert cache.get("c", 5.0) is None
