"""Short messages: what came in, what goes out, what was asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None

_QUEUED = sa.text("state = 'queued'")
_UNANSWERED = sa.text("answered_ms IS NULL")
_UNRATED = sa.text("rated_ms IS NULL")


def upgrade() -> None:
    """Make the tables."""
    _inbound()
    _outbound()
    _question()
    _rating()
    op.create_table(
        "sms_mark",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # A queue changes all the time: the database's own rule would let dead rows pile up between clean-ups.
        op.execute("ALTER TABLE sms_outbound SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)")


def _inbound() -> None:
    op.create_table(
        "sms_inbound",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("phone_key", sa.String(), nullable=False),
        sa.Column("phone_seal", sa.LargeBinary(), nullable=False),
        sa.Column("text_seal", sa.LargeBinary(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("report_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("sms_inbound_by_phone", "sms_inbound", ["phone_key", "received_ms"])


def _outbound() -> None:
    op.create_table(
        "sms_outbound",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("phone_key", sa.String(), nullable=False),
        sa.Column("phone_seal", sa.LargeBinary(), nullable=False),
        sa.Column("text_seal", sa.LargeBinary(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("report_id", sa.String(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("lease_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "sms_outbound_due", "sms_outbound", ["due_ms", "id"], sqlite_where=_QUEUED, postgresql_where=_QUEUED
    )
    op.create_index("sms_outbound_by_phone", "sms_outbound", ["phone_key", "due_ms"])


def _question() -> None:
    op.create_table(
        "sms_question",
        sa.Column("report_id", sa.String(), nullable=False),
        sa.Column("phone_key", sa.String(), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.Column("answer_key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_index(
        "sms_question_open",
        "sms_question",
        ["phone_key", "asked_ms"],
        sqlite_where=_UNANSWERED,
        postgresql_where=_UNANSWERED,
    )


def _rating() -> None:
    op.create_table(
        "sms_rating",
        sa.Column("report_id", sa.String(), nullable=False),
        sa.Column("phone_key", sa.String(), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("rated_ms", sa.BigInteger(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_index(
        "sms_rating_open", "sms_rating", ["phone_key", "asked_ms"], sqlite_where=_UNRATED, postgresql_where=_UNRATED
    )
