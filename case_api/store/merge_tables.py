"""What merging leaves behind so that it can be undone, and bursts of reports on one place."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, text
from sqlmodel import Field, SQLModel

_BIG_ID = BigInteger().with_variant(Integer(), "sqlite")
_ACTIVE = text("undone_ms IS NULL")
_BURNING = text("ended_ms IS NULL")


class CaseMergeRow(SQLModel, table=True):
    """One case became part of another. `moved` lists the reports that went along, as JSON: `members` and `chased`."""

    __tablename__ = "case_merge"
    __table_args__ = (
        Index("case_merge_active", "kept_number", "id", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
        Index("case_merge_by_merged", "merged_number", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(_BIG_ID, primary_key=True, autoincrement=True))
    merged_number: str
    kept_number: str
    at_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    actor: str
    moved: str = Field(sa_column=Column(Text, nullable=False))
    state_before: str
    undone_ms: int | None = Field(default=None, sa_column=Column(BigInteger))
    undone_by: str | None = None


class HotSpotRow(SQLModel, table=True):
    """A burst of reports on one place; `case_number` is the case most of them belong to. It ends by itself."""

    __tablename__ = "hot_spot"
    __table_args__ = (Index("hot_spot_active", "id", sqlite_where=_BURNING, postgresql_where=_BURNING),)

    id: int | None = Field(default=None, sa_column=Column(_BIG_ID, primary_key=True, autoincrement=True))
    case_number: str
    x_metres: int
    y_metres: int
    address: str
    reports: int = Field(sa_column=Column(Integer, nullable=False))
    cases: int = Field(sa_column=Column(Integer, nullable=False))
    began_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    last_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    ended_ms: int | None = Field(default=None, sa_column=Column(BigInteger))


CASE_MERGE: Table = SQLModel.metadata.tables["case_merge"]
HOT_SPOT: Table = SQLModel.metadata.tables["hot_spot"]
