"""API tokens in the database: functions of a connection."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, insert, select, update

from case_api.accounts.people import moment, unknown_user
from case_api.accounts.roles import permissions_of
from case_api.accounts.shapes import TokenView
from case_api.accounts.tables import ACCOUNT, TOKEN
from intake.errors import FieldFault, Invalid, NotAllowedNow, NotFound
from intake.http import Principal

MOST = 50


def issue(connection: Connection, row: dict[str, object], wanted: Sequence[str] | None) -> TokenView:
    """Insert a token with the wanted permissions, or all of its owner's.

    Raises NotFound for the owner, Invalid for a permission the owner lacks, NotAllowedNow beyond 50 valid tokens.
    """
    account = connection.execute(select(ACCOUNT).where(ACCOUNT.c.user_name == row["user_name"])).mappings().first()
    if account is None or account["disabled_ms"] is not None:
        raise unknown_user(str(row["user_name"]))
    held = permissions_of(account["role"])
    if missing := sorted(set(wanted or ()) - held):
        zh, en = f"账号本身没有权限 {'、'.join(missing)}。", f"The account itself lacks {', '.join(missing)}."
        raise Invalid(zh, en, (FieldFault("/permissions", zh, en),))
    if len(listed(connection, str(row["user_name"]), int(str(row["created_ms"])))) >= MOST:
        raise NotAllowedNow(
            f"最多 {MOST} 个有效令牌，请先撤销不用的。", f"At most {MOST} valid tokens: revoke one that is not used."
        )
    granted = sorted(held if wanted is None else set(wanted))
    connection.execute(insert(TOKEN).values({**row, "permissions": " ".join(granted)}))
    made = connection.execute(select(TOKEN).where(TOKEN.c.id == row["id"])).mappings().one()
    return _view(made)


def find(connection: Connection, digest: str, now_ms: int) -> Principal | None:
    """Whose token it is, if it is valid and its account is open; it never may more than its owner may now."""
    query = (
        select(TOKEN.c.permissions, ACCOUNT)
        .join(ACCOUNT, ACCOUNT.c.user_name == TOKEN.c.user_name)
        .where(
            TOKEN.c.token_sha256 == digest,
            TOKEN.c.expires_ms > now_ms,
            TOKEN.c.revoked_ms.is_(None),
            ACCOUNT.c.disabled_ms.is_(None),
        )
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    granted = frozenset(row["permissions"].split()) & permissions_of(row["role"])
    return Principal(row["user_name"], row["display_name"], row["role"], granted, None, "token")


def listed(connection: Connection, user: str, now_ms: int) -> Sequence[TokenView]:
    """The valid tokens of an account, newest first."""
    query = select(TOKEN).where(TOKEN.c.user_name == user, TOKEN.c.expires_ms > now_ms, TOKEN.c.revoked_ms.is_(None))
    rows = connection.execute(query.order_by(TOKEN.c.created_ms.desc(), TOKEN.c.id)).mappings()
    return [_view(row) for row in rows]


def revoke(connection: Connection, token_id: str, user: str | None, now_ms: int) -> None:
    """Revoke a token, of this owner if one is named. Raises NotFound for one that is not valid or somebody else's."""
    query = update(TOKEN).where(TOKEN.c.id == token_id, TOKEN.c.revoked_ms.is_(None)).values(revoked_ms=now_ms)
    if user is not None:
        query = query.where(TOKEN.c.user_name == user)
    if connection.execute(query).rowcount == 0:
        raise NotFound("没有这个令牌。", "There is no such token.")


def _view(row: RowMapping) -> TokenView:
    return TokenView(
        id=row["id"],
        user=row["user_name"],
        name=row["name"],
        permissions=row["permissions"].split(),
        created_at=moment(row["created_ms"]),
        expires_at=moment(row["expires_ms"]),
    )
