"""Sign-in, tokens and accounts over HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from case_api.accounts.accounts import Accounts
from case_api.accounts.roles import Role
from case_api.accounts.shapes import (
    IssuedToken,
    NewPassword,
    NewToken,
    NewUser,
    SessionView,
    SignIn,
    TokenList,
    UserList,
    UserView,
)
from intake.errors import NotAllowedNow
from intake.http import PUBLIC, SESSION_COOKIE, SIGNED_IN, Call, Principal, Route, json_answer, no_content

TAG = "accounts"


def routes(accounts: Accounts, *, secure_cookies: bool = False) -> tuple[Route, ...]:
    """`/api/v1/session`, `/tokens` and `/users`. `secure_cookies` when all senders speak https."""
    handle = _Handlers(accounts, secure_cookies)
    user, token = "/api/v1/users/{user}", "/api/v1/tokens/{id}"
    manage, own = "accounts.manage", "tokens.manage"
    return (
        Route(
            "POST", "/api/v1/session", handle.sign_in, PUBLIC, "登录 / sign in", TAG,
            body=SignIn, answer=SessionView, problems=(401, 429),
        ),
        Route("GET", "/api/v1/session", handle.session, SIGNED_IN, "当前登录 / who I am", TAG, answer=SessionView),
        Route("DELETE", "/api/v1/session", handle.sign_out, SIGNED_IN, "退出 / sign out", TAG, status=204),
        Route("GET", "/api/v1/tokens", handle.tokens, own, "我的令牌 / my tokens", TAG, answer=TokenList),
        Route(
            "POST", "/api/v1/tokens", handle.issue, own, "签发令牌 / issue a token", TAG,
            body=NewToken, answer=IssuedToken, status=201, problems=(404, 409),
        ),
        Route("DELETE", token, handle.revoke, own, "撤销令牌 / revoke a token", TAG, status=204),
        Route("GET", "/api/v1/users", handle.users, manage, "账号列表 / accounts", TAG, answer=UserList),
        Route(
            "POST", "/api/v1/users", handle.add, manage, "新建账号 / new account", TAG,
            body=NewUser, answer=UserView, status=201, problems=(409, 429),
        ),
        Route(
            "POST", f"{user}/disable", handle.disable, manage, "停用账号 / close an account", TAG,
            answer=UserView, problems=(409,),
        ),
        Route(
            "POST", f"{user}/password", handle.password, manage, "重设密码 / set a password", TAG,
            body=NewPassword, status=204, problems=(429,),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Handlers:
    accounts: Accounts
    secure_cookies: bool

    async def sign_in(self, call: Call) -> web.StreamResponse:
        given = call.body(SignIn)
        secret, principal = await self.accounts.sign_in(given.user, given.password, call.address)
        response = json_answer(session_view(principal))
        set_session_cookie(response, secret, self.accounts, self.secure_cookies or call.secure)
        return response

    async def session(self, call: Call) -> web.StreamResponse:
        return json_answer(session_view(call.user()))

    async def sign_out(self, call: Call) -> web.StreamResponse:
        await self.accounts.sign_out(call.request.cookies.get(SESSION_COOKIE, ""))
        response = no_content()
        response.del_cookie(SESSION_COOKIE, path="/")
        return response

    async def tokens(self, call: Call) -> web.StreamResponse:
        return json_answer(TokenList(items=list(await self.accounts.list_tokens(call.user().user))))

    async def issue(self, call: Call) -> web.StreamResponse:
        wanted, asker = call.body(NewToken), call.user()
        permissions = wanted.permissions
        if permissions is None:
            permissions = sorted(asker.permissions)
        for permission in permissions:
            call.require(permission)
        issued = await self.accounts.issue_token(asker.user, wanted.name, permissions, wanted.days)
        return json_answer(issued, 201)

    async def revoke(self, call: Call) -> web.StreamResponse:
        owner = None if call.may("accounts.manage") else call.user().user
        await self.accounts.revoke_token(call.path["id"], owner)
        return no_content()

    async def users(self, _: Call) -> web.StreamResponse:
        return json_answer(UserList(items=list(await self.accounts.list_users())))

    async def add(self, call: Call) -> web.StreamResponse:
        new = call.body(NewUser)
        made = await self.accounts.add_user(new.user, new.password, new.role, new.display_name)
        return json_answer(made, 201)

    async def disable(self, call: Call) -> web.StreamResponse:
        user = call.path["user"]
        if user == call.user().user:
            raise NotAllowedNow("不能停用自己的账号。", "Nobody closes their own account: ask another administrator.")
        await self.accounts.disable(user)
        return json_answer(await self.accounts.user(user))

    async def password(self, call: Call) -> web.StreamResponse:
        await self.accounts.set_password(call.path["user"], call.body(NewPassword).password)
        return no_content()


def session_view(principal: Principal) -> SessionView:
    """Who is signed in, as the API says it."""
    return SessionView(
        user=principal.user,
        display_name=principal.display_name,
        role=Role(principal.role),
        permissions=sorted(principal.permissions),
        csrf=principal.csrf,
    )


def set_session_cookie(response: web.Response, secret: str, accounts: Accounts, secure: bool) -> None:
    """Give the browser its session; also for the sign-in page, which answers with a redirect."""
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=accounts.limits.longest_seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )
