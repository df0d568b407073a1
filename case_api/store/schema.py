"""The tables, as SQLModel classes: one schema for SQLite and PostgreSQL, changed only by the Alembic chain.

Moments are integers, milliseconds since 1970 UTC (`*_ms`): they sort, index and compare alike on both databases.
Columns that hold lists or objects are JSON text written by the store. What a citizen said about themself is sealed.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlmodel import Field, SQLModel, UniqueConstraint

_BIG_ID = BigInteger().with_variant(Integer(), "sqlite")


_UNRESOLVED = text("resolved_ms IS NULL")
_OPEN = text("open")
_HAS_PHONE = text("phone_key IS NOT NULL")
_PENDING = text("position IS NULL")
_MERGED = text("merged_into IS NOT NULL")


def _key() -> Column[str]:
    return Column(String, primary_key=True)


class ReportRow(SQLModel, table=True):
    """上报. Written once, never changed. `contact_seal` and `raw_seal` are encrypted; `phone_key` is a keyed hash."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("external_id", "channel"),
        Index("report_by_phone", "phone_key", sqlite_where=_HAS_PHONE, postgresql_where=_HAS_PHONE),
    )

    id: str = Field(sa_column=_key())
    tracking_number: str = Field(sa_column=Column(String, nullable=False, unique=True))
    channel: str
    external_id: str
    received_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    place_words: str | None = None
    lon: float | None = None
    lat: float | None = None
    datum: str | None = None
    accuracy_metres: float | None = None
    answers: str = Field(sa_column=Column(Text, nullable=False))
    evidence: str = Field(sa_column=Column(Text, nullable=False))
    complete: bool = Field(sa_column=Column(Boolean, nullable=False))
    confidential: bool = Field(sa_column=Column(Boolean, nullable=False))
    contact_seal: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    phone_key: str | None = None
    raw_seal: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    content_hash: str


class WaitingRow(SQLModel, table=True):
    """A report without an outcome. Taken away in the transaction that writes the outcome."""

    __tablename__ = "waiting"
    __table_args__ = (Index("waiting_by_age", "since_ms", "report_id"),)

    report_id: str = Field(sa_column=Column(String, ForeignKey("report.id"), primary_key=True))
    since_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    lease_until_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    attempts: int


class ParkedRow(SQLModel, table=True):
    """A report that cannot be processed as it is, with the reason, until it is replayed."""

    __tablename__ = "parked"

    report_id: str = Field(sa_column=Column(String, ForeignKey("report.id"), primary_key=True))
    at_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))


class CorrectionRow(SQLModel, table=True):
    """A correction appended beside a report."""

    __tablename__ = "correction"

    id: int | None = Field(default=None, sa_column=Column(_BIG_ID, primary_key=True, autoincrement=True))
    report_id: str = Field(sa_column=Column(String, ForeignKey("report.id"), nullable=False, index=True))
    field: str
    value: str = Field(sa_column=Column(Text, nullable=False))
    actor: str
    at_ms: int = Field(sa_column=Column(BigInteger, nullable=False))


class OutcomeRow(SQLModel, table=True):
    """What became of a report; the primary key is what makes it exactly one."""

    __tablename__ = "outcome"

    report_id: str = Field(sa_column=Column(String, ForeignKey("report.id"), primary_key=True))
    kind: str
    case_number: str | None = None
    at_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    trace: str = Field(sa_column=Column(Text, nullable=False))


class DeskItemRow(SQLModel, table=True):
    """A question to the desk about one report. `found` is the place and the readings that were found, as JSON."""

    __tablename__ = "desk_item"
    __table_args__ = (Index("desk_open", "created_ms", sqlite_where=_UNRESOLVED, postgresql_where=_UNRESOLVED),)

    report_id: str = Field(sa_column=Column(String, ForeignKey("report.id"), primary_key=True))
    question: str = Field(sa_column=Column(Text, nullable=False))
    similar: str = Field(sa_column=Column(Text, nullable=False))
    reasons: str = Field(sa_column=Column(Text, nullable=False))
    found: str = Field(sa_column=Column(Text, nullable=False))
    created_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    resolved_ms: int | None = Field(default=None, sa_column=Column(BigInteger))
    resolved_by: str | None = None


class CounterRow(SQLModel, table=True):
    """Serial numbers by name, taken in the transaction that uses them."""

    __tablename__ = "counter"

    name: str = Field(sa_column=_key())
    value: int = Field(sa_column=Column(BigInteger, nullable=False))


class InstallationRow(SQLModel, table=True):
    """What one installation knows of itself, by name: `key_check`, by which the key of its seals is recognised."""

    __tablename__ = "installation"

    name: str = Field(sa_column=_key())
    value: str = Field(sa_column=Column(Text, nullable=False))


class CaseRow(SQLModel, table=True):
    """案卷. `x_metres`, `y_metres` are metres in the city's plane, `bucket_x`, `bucket_y` its 200 m buckets.

    `proposed` holds the reasons for unit and due time and the other readings of the category, as JSON. A case that took
    others in keeps its own clocks in `own_due_ms`, `own_opened_ms`; `merged_into` is the case that took this one in.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        Index(
            "case_match", "group_key", "bucket_x", "bucket_y", "opened_ms", sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index("case_queue", "state", "due_ms", "number", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("case_due", "due_ms", "number", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("case_street_queue", "street9", "state", "due_ms", "number", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("case_merged", "merged_into", "number", sqlite_where=_MERGED, postgresql_where=_MERGED),
    )

    number: str = Field(sa_column=_key())
    standard: str
    category_key: str
    group_key: str
    condition_number: int
    urgency: str
    state: str
    open: bool = Field(sa_column=Column(Boolean, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    lon: float = Field(sa_column=Column(Float, nullable=False))
    lat: float = Field(sa_column=Column(Float, nullable=False))
    accuracy_metres: float
    precision: str
    address: str
    code12: str
    street9: str
    cell: str
    confidence: float
    found_by: str
    x_metres: int
    y_metres: int
    bucket_x: int
    bucket_y: int
    unit_code: str
    proposed: str = Field(sa_column=Column(Text, nullable=False))
    due_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    opened_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    dispatched_ms: int | None = Field(default=None, sa_column=Column(BigInteger))
    changed_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    version: int
    report_count: int
    merged_into: str | None = None
    own_due_ms: int | None = Field(default=None, sa_column=Column(BigInteger))
    own_opened_ms: int | None = Field(default=None, sa_column=Column(BigInteger))
    chase_count: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))


class CaseReportRow(SQLModel, table=True):
    """一案多诉: the reports of a case, with the fingerprint of each text and the looks of its photos (hex, blanks)."""

    __tablename__ = "case_report"
    __table_args__ = (Index("reports_of_case", "case_number", "joined_ms"), Index("reports_by_words", "fingerprint"))

    report_id: str = Field(sa_column=Column(String, ForeignKey("report.id"), primary_key=True))
    case_number: str = Field(sa_column=Column(String, ForeignKey("case_file.number"), nullable=False))
    fingerprint: str
    joined_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    looks: str | None = None


class CaseEventRow(SQLModel, table=True):
    """History, outbox and console feed are these rows. Triggers refuse to change or delete them."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_number", "n"), {"sqlite_autoincrement": True})

    seq: int | None = Field(default=None, sa_column=Column(_BIG_ID, primary_key=True, autoincrement=True))
    case_number: str = Field(sa_column=Column(String, ForeignKey("case_file.number"), nullable=False))
    n: int
    kind: str
    at_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    actor: str
    payload: str = Field(sa_column=Column(Text, nullable=False))
    prev_hash: str
    hash: str


class OutboxRow(SQLModel, table=True):
    """An event to announce, in the order of `id`; once announced it has its `position` in the feed."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_by_position", "position", unique=True),
        Index("outbox_pending", "id", sqlite_where=_PENDING, postgresql_where=_PENDING),
    )

    id: int | None = Field(default=None, sa_column=Column(_BIG_ID, primary_key=True, autoincrement=True))
    case_number: str
    n: int
    position: int | None = Field(default=None, sa_column=Column(BigInteger))


class UnanchoredRow(SQLModel, table=True):
    """An event that no anchor covers yet."""

    __tablename__ = "unanchored"

    case_number: str = Field(sa_column=_key())
    n: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))


class AnchorRow(SQLModel, table=True):
    """A hash over all events that were new since the last anchor, chained to it."""

    __tablename__ = "anchor"

    id: int | None = Field(default=None, sa_column=Column(_BIG_ID, primary_key=True, autoincrement=True))
    at_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    events: int
    root: str
    prev_hash: str
    hash: str


class AnchorLeafRow(SQLModel, table=True):
    """Which anchor covers an event."""

    __tablename__ = "anchor_leaf"

    case_number: str = Field(sa_column=_key())
    n: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    anchor_id: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))


class CaseCountRow(SQLModel, table=True):
    """How many cases stand where, kept in the transactions that move them."""

    __tablename__ = "case_count"

    street9: str = Field(sa_column=_key())
    group_key: str = Field(sa_column=_key())
    state: str = Field(sa_column=_key())
    n: int
