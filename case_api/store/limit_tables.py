"""What the limits leave behind: events by the hour, passes that staff gave, files that nobody looked into."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Text
from sqlmodel import Field, SQLModel


class LimitEventRow(SQLModel, table=True):
    """How often something happened to a sender at a door within an hour. `who_shown` is an address, a masked number or
    an account: personal data, deleted after the days that a setting names. `who_key` is a keyed hash."""

    __tablename__ = "limit_event"

    hour_ms: int = Field(sa_column=Column(BigInteger, primary_key=True))
    door: str = Field(sa_column=Column(String, primary_key=True))
    kind: str = Field(sa_column=Column(String, primary_key=True))
    who_key: str = Field(sa_column=Column(String, primary_key=True))
    who_shown: str
    count: int = Field(sa_column=Column(Integer, nullable=False))
    last_ms: int = Field(sa_column=Column(BigInteger, nullable=False))


class LimitPassRow(SQLModel, table=True):
    """A sender whom somebody let pass uncounted for a while."""

    __tablename__ = "limit_pass"

    who_key: str = Field(sa_column=Column(String, primary_key=True))
    until_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    given_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    given_by: str


class FileScanRow(SQLModel, table=True):
    """A kept file that nobody looked into when it came; `finding` once somebody did and found something."""

    __tablename__ = "file_scan"
    __table_args__ = (Index("file_scan_by_age", "since_ms"),)

    sha256: str = Field(sa_column=Column(String, primary_key=True))
    uri: str
    report_id: str
    since_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    finding: str | None = Field(default=None, sa_column=Column(Text))
