"""Short messages as tables: what came in, what goes out, what was asked. Numbers and texts are sealed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text
from sqlmodel import Field, SQLModel

_QUEUED = text("state = 'queued'")
_UNANSWERED = text("answered_ms IS NULL")
_UNRATED = text("rated_ms IS NULL")


def _key() -> Column[str]:
    return Column(String, primary_key=True)


def _moment() -> Column[int]:
    return Column(BigInteger, nullable=False)


def _maybe_moment() -> Column[int | None]:
    return Column(BigInteger)


class SmsInboundRow(SQLModel, table=True):
    """上行短信: a message as it was read, with what it was taken for. `phone_key` is a keyed hash of the number."""

    __tablename__ = "sms_inbound"
    __table_args__ = (Index("sms_inbound_by_phone", "phone_key", "received_ms"),)

    key: str = Field(sa_column=_key())
    phone_key: str
    phone_seal: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    text_seal: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    receiver: str
    received_ms: int = Field(sa_column=_moment())
    kind: str
    report_id: str | None = Field(default=None, sa_column=Column(String, ForeignKey("report.id")))


class SmsOutboundRow(SQLModel, table=True):
    """下行短信: a message to send. `id` names what it answers, so that nothing is answered twice.

    `state`: queued, accepted (by the gateway), delivered, failed (the network said no).
    """

    __tablename__ = "sms_outbound"
    __table_args__ = (
        Index("sms_outbound_due", "due_ms", "id", sqlite_where=_QUEUED, postgresql_where=_QUEUED),
        Index("sms_outbound_by_phone", "phone_key", "due_ms"),
    )

    id: str = Field(sa_column=_key())
    phone_key: str
    phone_seal: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    text_seal: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sender: str
    report_id: str | None = Field(default=None, sa_column=Column(String, ForeignKey("report.id")))
    created_ms: int = Field(sa_column=_moment())
    due_ms: int = Field(sa_column=_moment())
    lease_until_ms: int = Field(sa_column=_moment())
    attempts: int = Field(sa_column=Column(Integer, nullable=False))
    state: str
    changed_ms: int = Field(sa_column=_moment())
    fault: str | None = Field(default=None, sa_column=Column(Text))


class SmsQuestionRow(SQLModel, table=True):
    """地点追问: a report whose place was asked for, once. Nothing is open when `answered_ms` stands."""

    __tablename__ = "sms_question"
    __table_args__ = (
        Index("sms_question_open", "phone_key", "asked_ms", sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED),
    )

    report_id: str = Field(sa_column=Column(String, ForeignKey("report.id"), primary_key=True))
    phone_key: str
    asked_ms: int = Field(sa_column=_moment())
    until_ms: int = Field(sa_column=_moment())
    answered_ms: int | None = Field(default=None, sa_column=_maybe_moment())
    answer_key: str | None = None


class SmsRatingRow(SQLModel, table=True):
    """满意度: a grade of 1-5 that is awaited, or was given."""

    __tablename__ = "sms_rating"
    __table_args__ = (
        Index("sms_rating_open", "phone_key", "asked_ms", sqlite_where=_UNRATED, postgresql_where=_UNRATED),
    )

    report_id: str = Field(sa_column=Column(String, ForeignKey("report.id"), primary_key=True))
    phone_key: str
    asked_ms: int = Field(sa_column=_moment())
    until_ms: int = Field(sa_column=_moment())
    rated_ms: int | None = Field(default=None, sa_column=_maybe_moment())
    grade: int | None = None


class SmsMarkRow(SQLModel, table=True):
    """How far a loop of the SMS role has read, by name."""

    __tablename__ = "sms_mark"

    name: str = Field(sa_column=_key())
    value: int = Field(sa_column=_moment())


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


SMS_INBOUND = _table(SmsInboundRow)
SMS_OUTBOUND = _table(SmsOutboundRow)
SMS_QUESTION = _table(SmsQuestionRow)
SMS_RATING = _table(SmsRatingRow)
SMS_MARK = _table(SmsMarkRow)
