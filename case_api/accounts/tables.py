"""Accounts, sessions and tokens as tables. Secrets are kept as hashes only: a copy of the database opens no door."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, Text
from sqlmodel import Field, SQLModel


class AccountRow(SQLModel, table=True):
    """One person or program. `password_hash` is argon2id in its own notation; `disabled_ms` is when it was closed."""

    __tablename__ = "account"

    user: str = Field(sa_column=Column("user_name", String(40), primary_key=True))
    display_name: str
    role: str
    password_hash: str
    created_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    disabled_ms: int | None = Field(default=None, sa_column=Column(BigInteger))


class SessionRow(SQLModel, table=True):
    """A signed-in browser, known by the sha256 of its cookie."""

    __tablename__ = "account_session"

    token_sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    user: str = Field(
        sa_column=Column("user_name", String(40), ForeignKey("account.user_name"), nullable=False, index=True)
    )
    csrf: str
    created_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    seen_ms: int = Field(sa_column=Column(BigInteger, nullable=False))


class TokenRow(SQLModel, table=True):
    """An API token, known by its sha256. `permissions` are names separated by spaces."""

    __tablename__ = "api_token"

    id: str = Field(sa_column=Column(String(32), primary_key=True))
    token_sha256: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    user: str = Field(
        sa_column=Column("user_name", String(40), ForeignKey("account.user_name"), nullable=False, index=True)
    )
    name: str
    permissions: str = Field(sa_column=Column(Text, nullable=False))
    created_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    expires_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    revoked_ms: int | None = Field(default=None, sa_column=Column(BigInteger))


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


ACCOUNT = _table(AccountRow)
SESSION = _table(SessionRow)
TOKEN = _table(TokenRow)
