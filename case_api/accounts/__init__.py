"""Accounts, roles, sessions and tokens. `Accounts` is the authenticator of the HTTP routes."""

from __future__ import annotations

from case_api.accounts.accounts import Accounts, SignedIn
from case_api.accounts.database import AccountsDatabase
from case_api.accounts.demo import write_demo_accounts
from case_api.accounts.roles import ALL_PERMISSIONS, PERMISSIONS, ROLE_NAMES, Role, permissions_of
from case_api.accounts.routes import routes, session_view, set_session_cookie
from case_api.accounts.shapes import IssuedToken, UserView

__all__ = [
    "ALL_PERMISSIONS",
    "PERMISSIONS",
    "ROLE_NAMES",
    "Accounts",
    "AccountsDatabase",
    "IssuedToken",
    "Role",
    "SignedIn",
    "UserView",
    "permissions_of",
    "routes",
    "session_view",
    "set_session_cookie",
    "write_demo_accounts",
]
